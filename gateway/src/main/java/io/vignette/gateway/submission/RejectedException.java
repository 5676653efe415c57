package io.vignette.gateway.submission;

import io.vignette.gateway.queue.QueueFull;
import io.vignette.wire.Reason;
import io.vignette.wire.Refusal;
import java.time.Duration;
import java.util.Optional;
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
  private final @Nullable Duration retryAfter;

  public RejectedException(Reason reason, String message) {
    this(reason, message, null);
  }

  public RejectedException(Reason reason, String message, @Nullable Throwable cause) {
    this(reason, message, null, cause);
  }

  private RejectedException(
      Reason reason, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  static RejectedException of(QueueFull full) {
    return new RejectedException(Reason.QUEUE_FULL, full.message(), full.retryAfter(), null);
  }

  static RejectedException of(Refusal refusal) {
    return new RejectedException(refusal.reason(), refusal.message());
  }

  public Reason reason() {
    return reason;
  }

  /** When the request may be taken; empty where nobody knows better than soon, or it never is. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
