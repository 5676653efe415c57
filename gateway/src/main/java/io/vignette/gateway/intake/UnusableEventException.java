package io.vignette.gateway.intake;

import io.vignette.wire.Reason;
import org.jspecify.annotations.Nullable;

/** A part of an event that cannot be used. For the reader, which makes a finding of it. */
final class UnusableEventException extends Exception {
  private final Reason reason;
  private final String text;

  UnusableEventException(Reason reason, String message) {
    this(reason, message, null);
  }

  UnusableEventException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.text = message;
  }

  Reason reason() {
    return reason;
  }

  String text() {
    return text;
  }
}
