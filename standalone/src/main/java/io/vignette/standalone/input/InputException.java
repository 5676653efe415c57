package io.vignette.standalone.input;

import io.vignette.wire.Reason;

/** The user named something that can't be used. The message is one sentence for the user. */
public final class InputException extends Exception {

  private final Reason reason;

  InputException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
