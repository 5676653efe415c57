package io.vignette.gateway.ledger;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/**
 * How far the ledger is behind the events: how many it has not committed, and for how long the
 * oldest of them has been there.
 *
 * <p>Thread-safe. Knows what it was shown by {@link #observe} only: an event's age counts from the
 * first observation that saw it, so it is short by one interval at most. While events keep coming
 * the age shown is between the last full catching up and now, and never more than the true one.
 */
final class EventLag {

  private final Map<TopicPartition, Mark> marks = new HashMap<>();
  private long events;

  /** An offset to be reached, and since when it was there. */
  private record Mark(long end, long sinceNanos) {}

  /**
   * @param ends the next offset of every partition of the events
   * @param reached the next offset that the ledger will fold; where it has committed none, the
   *     first one there is
   */
  synchronized void observe(
      Map<TopicPartition, Long> ends, Map<TopicPartition, Long> reached, long nowNanos) {
    events = 0;
    marks.keySet().retainAll(ends.keySet());
    ends.forEach(
        (partition, end) -> {
          long position = reached.getOrDefault(partition, end);
          events += Math.max(0, end - position);
          mark(partition, end, position, nowNanos);
        });
  }

  private void mark(TopicPartition partition, long end, long position, long nowNanos) {
    Mark mark = marks.get(partition);
    if (position >= end) {
      marks.remove(partition);
    } else if (mark == null || position >= mark.end()) {
      marks.put(partition, new Mark(end, nowNanos));
    }
  }

  /** Events that are not committed, of all partitions, when last observed. */
  synchronized long events() {
    return events;
  }

  /**
   * For how long the oldest event that is not committed has been there; zero where there is none.
   */
  synchronized Duration age(long nowNanos) {
    return Duration.ofNanos(
        marks.values().stream().mapToLong(mark -> nowNanos - mark.sinceNanos()).max().orElse(0));
  }

  /** As seconds, for a gauge. */
  double ageSeconds(long nowNanos) {
    return age(nowNanos).toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
