package io.vignette.worker.delay;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The delayed jobs of one partition, first in first due. Not thread-safe.
 *
 * <p>Since all jobs of a topic wait equally long, a job behind one that is not due is not due
 * either. A job that has moved is not moved again because one before it has not.
 */
final class DelayLine {
  private final Deque<DelayedRecord> waiting = new ArrayDeque<>();

  /** Offsets of those in the line that have moved; only while one before them has not. */
  private final Set<Long> moved = new HashSet<>();

  void add(DelayedRecord delayed) {
    waiting.add(delayed);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Those that may move now and have not, in order; they stay until {@link #moved}. */
  List<DelayedRecord> due(Instant now) {
    List<DelayedRecord> due = new ArrayList<>();
    for (DelayedRecord delayed : waiting) {
      if (delayed.dueAt().isAfter(now)) {
        break;
      }
      if (!moved.contains(delayed.source().offset())) {
        due.add(delayed);
      }
    }
    return due;
  }

  /** Notes that a job of the line has moved. */
  void moved(DelayedRecord delayed) {
    moved.add(delayed.source().offset());
  }

  /**
   * Forgets those at the front that have moved.
   *
   * @return the offset behind them, which may be committed; empty where there are none
   */
  OptionalLong settle() {
    OptionalLong next = OptionalLong.empty();
    while (!waiting.isEmpty() && moved.remove(waiting.peekFirst().source().offset())) {
      next = OptionalLong.of(waiting.removeFirst().source().offset() + 1);
    }
    return next;
  }

  Optional<Instant> nextDue() {
    return Optional.ofNullable(waiting.peekFirst()).map(DelayedRecord::dueAt);
  }
}
