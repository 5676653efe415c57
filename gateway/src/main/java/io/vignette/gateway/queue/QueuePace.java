package io.vignette.gateway.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/**
 * How fast a share group works through one topic of jobs, from where it was in the last seconds.
 *
 * <p>Thread-safe. Assumes that all partitions are as long and as fast as the job's own, as keys are
 * spread evenly.
 */
final class QueuePace {
  private static final Duration WINDOW = Duration.ofSeconds(15);

  /** An older answer of Kafka's is none. */
  private static final Duration FRESH = Duration.ofSeconds(5);

  private final Deque<Sample> samples = new ArrayDeque<>();

  /** Up to where each partition was worked through at an instant. */
  private record Sample(Instant at, Map<Integer, Long> starts) {
    long sum() {
      return starts.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Notes where the group is.
   *
   * @param starts by partition, the offset of the first job that is not done
   */
  synchronized void note(Instant at, Map<Integer, Long> starts) {
    samples.removeIf(
        old ->
            old.at().isBefore(at.minus(WINDOW)) || !old.starts().keySet().equals(starts.keySet()));
    samples.addLast(new Sample(at, Map.copyOf(starts)));
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
    long done = last.sum() - first.sum();
    long millis = Duration.between(first.at(), last.at()).toMillis();
    return done > 0 && millis > 0
        ? Optional.of(Duration.ofMillis(Math.round((double) jobs * millis / done)))
        : Optional.empty();
  }
}
