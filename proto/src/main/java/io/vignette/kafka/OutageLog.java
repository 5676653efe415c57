package io.vignette.kafka;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Decides which reports of a lasting failure are logged: the first, then one a minute, and its end.
 *
 * <p>Thread-safe; never blocks. Whoever repeats an action calls {@link #failed()} after each
 * failure and {@link #succeeded()} after each success, and logs what they allow. A failure that
 * comes and goes, with less than 10 s between, is logged once a minute as well. Holds no log lines:
 * what is not allowed is not logged later.
 */
public final class OutageLog {
  private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

  /** A failure so long after the one before is another, and logged at once. */
  private static final long APART_NANOS = Duration.ofSeconds(10).toNanos();

  private final LongSupplier nanos;
  private boolean failing;
  private boolean logged;
  private long sinceNanos;
  private long nextNanos;
  private long endNanos;

  public OutageLog() {
    this(System::nanoTime);
  }

  /**
   * @param nanos a clock that never goes back, as {@link System#nanoTime()}
   */
  public OutageLog(LongSupplier nanos) {
    this.nanos = nanos;
    this.nextNanos = nanos.getAsLong();
    this.endNanos = nextNanos;
  }

  /** Notes a failure; returns whether to log it. */
  public synchronized boolean failed() {
    long now = nanos.getAsLong();
    if (!failing) {
      failing = true;
      sinceNanos = now;
      if (now - endNanos >= APART_NANOS) {
        nextNanos = now;
      }
    }
    if (now - nextNanos < 0) {
      return false;
    }
    nextNanos = now + INTERVAL_NANOS;
    logged = true;
    return true;
  }

  /**
   * Notes a success.
   *
   * @return how long the failure lasted that ends with it, for the log; empty where there was none,
   *     or none that was logged
   */
  public synchronized Optional<Duration> succeeded() {
    if (!failing) {
      return Optional.empty();
    }
    long now = nanos.getAsLong();
    boolean isToLog = logged;
    failing = false;
    logged = false;
    endNanos = now;
    return isToLog ? Optional.of(Duration.ofNanos(now - sinceNanos)) : Optional.empty();
  }

  /** A duration as log lines show it: seconds with one decimal. */
  public static String text(Duration duration) {
    return "%d.%d s".formatted(duration.toSeconds(), duration.toMillisPart() / 100);
  }
}
