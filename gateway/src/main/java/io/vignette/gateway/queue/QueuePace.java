package io.vignette.gateway.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/**
 * How fast a share group works through one topic of jobs, from where it was in the last seconds.
 * Only time while jobs were there counts, and only what was done in it: an idle group is not slow.
 *
 * <p>Thread-safe. Assumes that all partitions are as long and as fast as the job's own, as keys are
 * spread evenly.
 */
final class QueuePace {
  private static final Duration WINDOW = Duration.ofSeconds(15);

  /** An older answer of Kafka's is none. */
  private static final Duration FRESH = Duration.ofSeconds(5);

  private final Deque<Sample> samples = new ArrayDeque<>();
  private boolean isIdle = true;

  /**
   * Where the group was at an instant.
   *
   * @param starts by partition, up to where it was worked through
   * @param busy how long jobs have been there since the first sample
   * @param done how many were done in that time
   */
  private record Sample(Instant at, Map<Integer, Long> starts, Duration busy, long done) {

    Sample next(Instant later, Map<Integer, Long> laterStarts, boolean wasIdle) {
      return wasIdle
          ? new Sample(later, laterStarts, busy, done)
          : new Sample(
              later,
              laterStarts,
              busy.plus(Duration.between(at, later)),
              done + sum(laterStarts) - sum(starts));
    }

    private static long sum(Map<Integer, Long> starts) {
      return starts.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Notes where the group is.
   *
   * @param starts by partition, the offset of the first job that is not done
   * @param hasJobs whether jobs are there that are not done
   */
  synchronized void note(Instant at, Map<Integer, Long> starts, boolean hasJobs) {
    samples.removeIf(
        old ->
            old.at().isBefore(at.minus(WINDOW)) || !old.starts().keySet().equals(starts.keySet()));
    Map<Integer, Long> copy = Map.copyOf(starts);
    Sample last = samples.peekLast();
    samples.addLast(
        last == null ? new Sample(at, copy, Duration.ZERO, 0) : last.next(at, copy, isIdle));
    isIdle = !hasJobs;
  }

  /** Notes that no jobs are there, wherever the group is. */
  synchronized void noteIdle() {
    isIdle = true;
  }

  /** Where the job at {@code offset} of {@code partition} is; empty where that is not known. */
  synchronized Optional<QueueEstimate> estimate(int partition, long offset, Instant now) {
    Sample last = samples.peekLast();
    if (last == null || last.at().isBefore(now.minus(FRESH))) {
      return Optional.empty();
    }
    Long start = last.starts().get(partition);
    if (start == null || offset < start) {
      return Optional.empty(); // Of an unknown partition, or at work already.
    }
    long ahead = (offset - start) * last.starts().size();
    return Optional.of(new QueueEstimate(ahead + 1, timeFor(ahead)));
  }

  private Optional<Duration> timeFor(long jobs) {
    Sample first = samples.getFirst();
    Sample last = samples.getLast();
    long done = last.done() - first.done();
    long millis = last.busy().minus(first.busy()).toMillis();
    return done > 0 && millis > 0
        ? Optional.of(Duration.ofMillis(Math.round((double) jobs * millis / done)))
        : Optional.empty();
  }
}
