package io.vignette.images.source;

import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;

/** The refusal of a reference that leads nowhere. */
public final class UnknownReference {
  private static final int SHOWN_CHARACTERS = 80;

  private UnknownReference() {}

  /** With {@code image.not_found} and the reference, shortened. */
  public static ImageRejectedException of(String reference) {
    String shown =
        reference.length() > SHOWN_CHARACTERS
            ? reference.substring(0, SHOWN_CHARACTERS) + "…"
            : reference;
    return new ImageRejectedException(
        Reason.IMAGE_NOT_FOUND, "blob: " + shown + " (expected: a known reference)");
  }
}
