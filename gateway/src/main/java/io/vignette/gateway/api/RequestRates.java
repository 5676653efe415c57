package io.vignette.gateway.api;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A bound on requests a second from one client: so many in each second. Thread-safe. Remembers the
 * clients of one second, {@value #CLIENTS_MAX} at most; further ones count as one.
 */
final class RequestRates {
  static final int CLIENTS_MAX = 1000;

  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
  private static final String OTHERS = "";

  private final int most;
  private final LongSupplier nanos;
  private final Map<String, Integer> taken = new HashMap<>();
  private long secondNanos;

  /**
   * @param most requests a second, from 1
   * @param nanos a clock that never goes back, as {@link System#nanoTime()}
   */
  RequestRates(int most, LongSupplier nanos) {
    this.most = most;
    this.nanos = nanos;
    this.secondNanos = nanos.getAsLong();
  }

  /** Whether one more request of the client is within the bound; it is counted if so. */
  synchronized boolean tryTake(String client) {
    long now = nanos.getAsLong();
    if (now - secondNanos >= SECOND_NANOS) {
      secondNanos = now;
      taken.clear();
    }
    String counted = taken.size() < CLIENTS_MAX || taken.containsKey(client) ? client : OTHERS;
    int already = taken.getOrDefault(counted, 0);
    if (already >= most) {
      return false;
    }
    taken.put(counted, already + 1);
    return true;
  }
}
