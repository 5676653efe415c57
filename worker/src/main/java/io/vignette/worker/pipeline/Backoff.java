package io.vignette.worker.pipeline;

import io.vignette.wire.Topics.Delay;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** The waits before the next try: growing, with jitter, so that failed jobs do not come as one. */
final class Backoff {
  private static final long FIRST_MILLIS = 100;
  private static final long LONGEST_MILLIS = 5_000;
  private static final int DOUBLINGS_MAX = 6;

  private final RandomGenerator random;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /**
   * The wait before a try in place: half to all of 100 ms doubled each time, at most 5 s.
   *
   * @param failures in place so far, from 1
   */
  Duration inPlace(int failures) {
    long full = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(DOUBLINGS_MAX, failures - 1));
    return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
  }

  /** The wait before the attempt after this one. */
  static Delay afterAttempt(int attempt) {
    return switch (attempt) {
      case 1 -> Delay.TEN_SECONDS;
      case 2 -> Delay.ONE_MINUTE;
      default -> Delay.TEN_MINUTES;
    };
  }
}
