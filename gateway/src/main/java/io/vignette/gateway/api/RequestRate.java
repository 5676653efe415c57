package io.vignette.gateway.api;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A bound on requests a second: so many in each second that begins with one. Thread-safe. */
final class RequestRate {
  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

  private final int most;
  private final LongSupplier nanos;
  private long secondNanos;
  private int taken;

  /**
   * @param most requests a second, from 1
   * @param nanos a clock that never goes back, as {@link System#nanoTime()}
   */
  RequestRate(int most, LongSupplier nanos) {
    this.most = most;
    this.nanos = nanos;
    this.secondNanos = nanos.getAsLong();
  }

  /** Whether one more request is within the bound; it is counted if so. */
  synchronized boolean tryTake() {
    long now = nanos.getAsLong();
    if (now - secondNanos >= SECOND_NANOS) {
      secondNanos = now;
      taken = 0;
    }
    if (taken >= most) {
      return false;
    }
    taken++;
    return true;
  }
}
