package io.vignette.gateway.submission;

import io.vignette.wire.Reason;
import io.vignette.wire.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * A request that was not taken, with the reason code and one sentence that names the value and what
 * was expected.
 *
 * <p>For whoever submits: tell the client. With {@code queue.unavailable} the job may have been
 * written all the same; repeating the request under the same idempotency key is safe.
 */
public final class RejectedException extends Exception {
  private final Reason reason;

  public RejectedException(Reason reason, String message) {
    this(reason, message, null);
  }

  public RejectedException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  static RejectedException of(Refusal refusal) {
    return new RejectedException(refusal.reason(), refusal.message());
  }

  public Reason reason() {
    return reason;
  }
}
