package io.vignette.gateway.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/**
 * How fast jobs are worked through, from how far that was at each moment of a window of time: a
 * share group on one topic, or all workers together. Only time while jobs were there counts, and
 * only what was done in it: who has nothing to do is not slow.
 *
 * <p>Thread-safe. Assumes that all partitions are as long and as fast as the job's own, as keys are
 * spread evenly.
 */
final class QueuePace {
  /** An older answer of Kafka's is none. */
  private static final Duration FRESH = Duration.ofSeconds(5);

  private final Duration window;
  private final Deque<Sample> samples = new ArrayDeque<>();
  private boolean isIdle = true;

  /**
   * @param window how far back the pace is taken from
   */
  QueuePace(Duration window) {
    this.window = window;
  }

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
            old.at().isBefore(at.minus(window)) || !old.starts().keySet().equals(starts.keySet()));
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
    return Optional.of(new QueueEstimate(ahead + 1, timeFor(ahead, 1)));
  }

  /** How long so many jobs take; empty where fewer than {@code doneMin} were done in the window. */
  synchronized Optional<Duration> timeFor(long jobs, long doneMin) {
    Sample first = samples.peekFirst();
    Sample last = samples.peekLast();
    if (first == null || last == null) {
      return Optional.empty();
    }
    long done = last.done() - first.done();
    long millis = last.busy().minus(first.busy()).toMillis();
    return done >= doneMin && millis > 0
        ? Optional.of(Duration.ofMillis(Math.round((double) jobs * millis / done)))
        : Optional.empty();
  }
}
