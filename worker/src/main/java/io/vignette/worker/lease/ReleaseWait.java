package io.vignette.worker.lease;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * How long a job whose handling failed is kept before it is released: twice as long with every
 * delivery. Released at once, a fault of some seconds would use up all its deliveries.
 *
 * <p>Never so long that the lease ends first, which the broker would count as a release of its own;
 * on the only interactive lane at most a second, as whatever comes behind waits for it. Stateless.
 *
 * @param backoff the wait after the first delivery
 */
public record ReleaseWait(LaneKind lane, Duration backoff, Clock clock) {
  private static final int DOUBLINGS_MAX = 3;
  private static final Duration INTERACTIVE_MAX = Duration.ofSeconds(1);

  /** What a release needs on its way to the broker. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  /**
   * Zero or more.
   *
   * @param delivery from 1
   */
  public Duration of(int delivery, Instant leasedUntil) {
    Duration wanted = backoff.multipliedBy(1L << Math.clamp(delivery - 1, 0, DOUBLINGS_MAX));
    Duration allowed = Duration.between(clock.instant(), leasedUntil).minus(MARGIN);
    if (lane == LaneKind.INTERACTIVE) {
      allowed = shorter(allowed, INTERACTIVE_MAX);
    }
    return allowed.isNegative() ? Duration.ZERO : shorter(wanted, allowed);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
