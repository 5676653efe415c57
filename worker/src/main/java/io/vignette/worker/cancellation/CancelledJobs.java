package io.vignette.worker.cancellation;

import io.vignette.worker.pipeline.Cancellations;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The jobs given up lately. Thread-safe. Remembers each for {@link #KEPT}, a little longer than the
 * topic does.
 */
public final class CancelledJobs implements Cancellations {
  static final Duration KEPT = Duration.ofHours(25);
  private static final int SWEEP_EVERY = 1_000;

  private final Clock clock;
  private final Map<String, Instant> until = new ConcurrentHashMap<>();
  private int addedSinceSweep;

  public CancelledJobs(Clock clock) {
    this.clock = clock;
  }

  synchronized void add(String jobId, Instant cancelledAt) {
    until.put(jobId, cancelledAt.plus(KEPT));
    addedSinceSweep++;
    if (addedSinceSweep >= SWEEP_EVERY) {
      addedSinceSweep = 0;
      Instant now = clock.instant();
      until.values().removeIf(end -> end.isBefore(now));
    }
  }

  @Override
  public boolean isCancelled(String jobId) {
    return until.containsKey(jobId);
  }
}
