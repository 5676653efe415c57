package io.vignette.kafka;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Decides which of many like log lines are written: ten a minute, and how many were not.
 *
 * <p>For what outsiders can cause at any rate, such as records that are none of ours. Each of those
 * is counted by a meter too. Thread-safe; never blocks. Lines that are left out are not written
 * later; their number is given with the next line that is written.
 */
public final class LineAllowance {
  /** Enough to see whether they are alike. */
  public static final int LINES_A_MINUTE = 10;

  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanos;
  private long minuteNanos;
  private int written;
  private long leftOut;

  public LineAllowance() {
    this(System::nanoTime);
  }

  /**
   * @param nanos a clock that never goes back, as {@link System#nanoTime()}
   */
  public LineAllowance(LongSupplier nanos) {
    this.nanos = nanos;
    this.minuteNanos = nanos.getAsLong();
  }

  /**
   * Asks for one line.
   *
   * @return how many were left out since the last one that was written, if this one is to be
   *     written; empty if it is not
   */
  public synchronized OptionalLong ask() {
    long now = nanos.getAsLong();
    if (now - minuteNanos >= MINUTE_NANOS) {
      minuteNanos = now;
      written = 0;
    }
    if (written >= LINES_A_MINUTE) {
      leftOut++;
      return OptionalLong.empty();
    }
    written++;
    long missing = leftOut;
    leftOut = 0;
    return OptionalLong.of(missing);
  }

  /** The end of a line: nothing where none was left out. */
  public static String text(long leftOut) {
    return leftOut == 0 ? "" : "; " + leftOut + " like it not logged";
  }
}
