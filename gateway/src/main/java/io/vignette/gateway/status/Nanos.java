package io.vignette.gateway.status;

import com.google.protobuf.Timestamp;

/** Timestamps as nanoseconds since 1970, where these can count them: from 1678 to 2262. */
final class Nanos {
  private static final int A_SECOND = 1_000_000_000;
  private static final long SECONDS_MAX = Long.MAX_VALUE / A_SECOND - 1;

  private Nanos() {}

  static boolean canCount(Timestamp at) {
    return Math.abs(at.getSeconds()) <= SECONDS_MAX
        && at.getNanos() >= 0
        && at.getNanos() < A_SECOND;
  }

  static long of(Timestamp at) {
    return at.getSeconds() * A_SECOND + at.getNanos();
  }

  static Timestamp timestamp(long nanos) {
    return Timestamp.newBuilder()
        .setSeconds(Math.floorDiv(nanos, A_SECOND))
        .setNanos(Math.floorMod(nanos, A_SECOND))
        .build();
  }
}
