package io.vignette.worker.pipeline;

import io.vignette.wire.Reason;

/** What a job asks for cannot be had; costs only that job. */
public final class JobRejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  public JobRejectedException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
