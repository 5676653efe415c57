package io.vignette.records;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Instants as Protobuf writes them. Stateless.
 *
 * <p>A record can hold any two numbers as a timestamp. Only those are times that Protobuf's own
 * definition allows: from the year 1 to the year 9999, with nanoseconds from 0 to 999,999,999.
 * Everything else makes {@link Instant} throw or JSON impossible.
 *
 * @see <a
 *     href="https://protobuf.dev/reference/protobuf/google.protobuf/#timestamp">google.protobuf.Timestamp</a>
 */
public final class WireTime {
  private static final long SECONDS_MIN = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
  private static final long SECONDS_MAX = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
  private static final long CLOCKS_APART_MILLIS = Duration.ofHours(1).toMillis();

  /** Before that there was no Vignette: a clock that says so has not been set. */
  private static final long CLOCK_MILLIS_MIN = Instant.parse("2020-01-01T00:00:00Z").toEpochMilli();

  private static final int NANOS_MAX = 999_999_999;

  private WireTime() {}

  /** Whether {@code at} is a time that Protobuf allows. */
  public static boolean isValid(Timestamp at) {
    return at.getSeconds() >= SECONDS_MIN
        && at.getSeconds() <= SECONDS_MAX
        && at.getNanos() >= 0
        && at.getNanos() <= NANOS_MAX;
  }

  /** The instant, or empty where {@code at} is not a time. */
  public static Optional<Instant> instant(Timestamp at) {
    return isValid(at)
        ? Optional.of(Instant.ofEpochSecond(at.getSeconds(), at.getNanos()))
        : Optional.empty();
  }

  /**
   * When a record was written: what it says of itself, or now where it says what no clock that was
   * set says. A job that ended in 1970 would be forgotten at once.
   */
  static long written(long recordMillis) {
    return recordMillis < CLOCK_MILLIS_MIN ? System.currentTimeMillis() : recordMillis;
  }

  /**
   * Whether {@code at} can be when something happened that a record {@link #written} at {@code
   * recordMillis} tells: by a clock that was set, and at most an hour after the record, by which
   * clocks may differ. What happened later would be kept until then.
   */
  static boolean isPast(Timestamp at, long recordMillis) {
    return isValid(at)
        && at.getSeconds() >= Math.floorDiv(CLOCK_MILLIS_MIN, 1000L)
        && at.getSeconds() <= Math.floorDiv(recordMillis + CLOCKS_APART_MILLIS, 1000L);
  }

  /** The timestamp of a record's milliseconds. */
  static Timestamp ofMillis(long epochMillis) {
    return Timestamp.newBuilder()
        .setSeconds(Math.floorDiv(epochMillis, 1000L))
        .setNanos(Math.floorMod(epochMillis, 1000) * 1_000_000)
        .build();
  }
}
