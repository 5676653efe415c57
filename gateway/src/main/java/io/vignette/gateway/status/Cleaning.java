package io.vignette.gateway.status;

import java.time.Clock;
import java.time.Duration;

/** Decides when the table is cleaned. Thread-safe: one thread cleans at a time. */
final class Cleaning implements Runnable {
  /** A table full of open jobs can't be made smaller: don't try after every poll. */
  private static final Duration OVERFULL_INTERVAL = Duration.ofSeconds(1);

  private final StatusMap map;
  private final Clock clock;
  private final long intervalNanos;
  private long lastNanos;

  Cleaning(StatusMap map, Clock clock, Duration interval) {
    this.map = map;
    this.clock = clock;
    this.intervalNanos = interval.toNanos();
    this.lastNanos = System.nanoTime() - intervalNanos;
  }

  /** Cleans if it is time to. */
  @Override
  public synchronized void run() {
    // A clock that is set back must not put it off.
    long now = System.nanoTime();
    long interval = map.isOverfull() ? OVERFULL_INTERVAL.toNanos() : intervalNanos;
    if (now - lastNanos >= interval) {
      lastNanos = now;
      map.clean(clock.millis());
    }
  }
}
