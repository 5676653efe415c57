package io.vignette.worker.engine.openai;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The time until which the server wants no more requests.
 *
 * <p>Thread-safe. A longer wait replaces a shorter one, never the other way round: many requests
 * are refused at once, and each names its own time.
 */
final class OverloadPause {
  private final Clock clock;
  private final AtomicReference<Instant> until = new AtomicReference<>(Instant.MIN);

  OverloadPause(Clock clock) {
    this.clock = clock;
  }

  void extend(Duration wait) {
    Instant end = clock.instant().plus(wait);
    until.accumulateAndGet(end, (known, named) -> named.isAfter(known) ? named : known);
  }

  /** What is left of it; zero if it is over. */
  Duration left() {
    Instant end = until.get();
    Instant now = clock.instant();
    return end.isAfter(now) ? Duration.between(now, end) : Duration.ZERO;
  }

  Instant end() {
    return until.get();
  }
}
