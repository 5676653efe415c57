package io.vignette.worker.prompt;

import io.vignette.wire.Reason;

/** A prompt or generation parameter that the model cannot take; costs only its own job. */
public final class PromptRejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  PromptRejectedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
