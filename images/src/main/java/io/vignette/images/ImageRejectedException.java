package io.vignette.images;

import io.vignette.wire.Reason;
import org.jspecify.annotations.Nullable;

/**
 * An image that cannot be captioned, with the reason code and one sentence that names the value and
 * what was expected.
 *
 * <p>Costs its own job only: whoever works on a job turns it into that job's outcome.
 */
public final class ImageRejectedException extends Exception {
  private final Reason reason;

  public ImageRejectedException(Reason reason, String message) {
    this(reason, message, null);
  }

  public ImageRejectedException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** A file that ends early or contradicts itself. */
  public static ImageRejectedException corrupt(String message) {
    return new ImageRejectedException(Reason.IMAGE_CORRUPT, message);
  }

  /** A file of more bytes than allowed. */
  public static ImageRejectedException tooLarge(String size, long limitBytes) {
    return new ImageRejectedException(
        Reason.IMAGE_TOO_LARGE,
        "image size: " + size + " bytes (expected: at most " + limitBytes + ")");
  }

  public Reason reason() {
    return reason;
  }
}
