package io.vignette.broker;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Tells whether the system's clock was set while the broker ran, by the clock that can't be set.
 *
 * <p>Thread-safe. Kafka's timers follow the system's clock: one that is set back by two hours makes
 * waits of milliseconds last two hours.
 */
final class SystemClock {

  /** Below it are corrections by NTP and the pauses between two readings. */
  private static final Duration NOTABLE = Duration.ofSeconds(5);

  private final LongSupplier wallMillis;
  private final LongSupplier steadyNanos;
  private final long wallStart;
  private final long steadyStart;

  SystemClock(LongSupplier wallMillis, LongSupplier steadyNanos) {
    this.wallMillis = wallMillis;
    this.steadyNanos = steadyNanos;
    this.wallStart = wallMillis.getAsLong();
    this.steadyStart = steadyNanos.getAsLong();
  }

  static SystemClock watched() {
    return new SystemClock(System::currentTimeMillis, System::nanoTime);
  }

  /** By how much the clock was set back since this was made; empty where it was not, notably. */
  Optional<Duration> setBack() {
    Duration passed = Duration.ofNanos(steadyNanos.getAsLong() - steadyStart);
    Duration shown = Duration.ofMillis(wallMillis.getAsLong() - wallStart);
    Duration missing = passed.minus(shown);
    return missing.compareTo(NOTABLE) < 0
        ? Optional.empty()
        : Optional.of(Duration.ofSeconds(missing.toSeconds()));
  }
}
