package io.vignette.gateway.status;

import java.time.Clock;
import java.time.Duration;

/** Decides when the table is cleaned. Thread-safe: one thread cleans at a time. */
final class Cleaning implements Runnable {
  /** A table full of open jobs can't be made smaller: don't try after every poll. */
  private static final Duration OVERFULL_INTERVAL = Duration.ofSeconds(1);

  private final StatusMap map;
  private final Clock clock;
  private final long intervalMillis;
  private long lastMillis;

  Cleaning(StatusMap map, Clock clock, Duration interval) {
    this.map = map;
    this.clock = clock;
    this.intervalMillis = interval.toMillis();
  }

  /** Cleans if it is time to. */
  @Override
  public synchronized void run() {
    long now = clock.millis();
    long interval = map.isOverfull() ? OVERFULL_INTERVAL.toMillis() : intervalMillis;
    if (now - lastMillis >= interval) {
      lastMillis = now;
      map.clean(now);
    }
  }
}
