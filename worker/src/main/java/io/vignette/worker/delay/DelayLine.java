package io.vignette.worker.delay;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The delayed jobs of one partition, first in first due. Not thread-safe.
 *
 * <p>Since all jobs of a topic wait equally long, a job behind one that is not due is not due
 * either.
 */
final class DelayLine {
  private final Deque<DelayedRecord> waiting = new ArrayDeque<>();

  void add(DelayedRecord delayed) {
    waiting.add(delayed);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Those that may move now, in order; they stay until {@link #moved}. */
  List<DelayedRecord> due(Instant now) {
    List<DelayedRecord> due = new ArrayList<>();
    for (DelayedRecord delayed : waiting) {
      if (delayed.dueAt().isAfter(now)) {
        break;
      }
      due.add(delayed);
    }
    return due;
  }

  /** Forgets the first {@code count}. */
  void moved(int count) {
    for (int i = 0; i < count; i++) {
      waiting.removeFirst();
    }
  }

  Optional<Instant> nextDue() {
    return Optional.ofNullable(waiting.peekFirst()).map(DelayedRecord::dueAt);
  }
}
