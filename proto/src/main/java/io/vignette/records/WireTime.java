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
   * Whether {@code at} can be when something happened that a record of {@code recordMillis} tells:
   * after 1970, since there was no Kafka before, and at most an hour after the record, by which
   * clocks may differ. What happened later would be kept until then.
   */
  static boolean isPast(Timestamp at, long recordMillis) {
    return isValid(at)
        && at.getSeconds() >= 0
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
