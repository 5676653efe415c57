package io.vignette.gateway.status;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * How far each partition of the events has been folded, and who waits for it to get further.
 *
 * <p>One thread advances, any thread waits. Bounded by the look-ups in progress.
 */
final class Progress {
  private final AtomicLongArray positions;
  private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();

  Progress(int partitions) {
    this.positions = new AtomicLongArray(partitions);
  }

  private record Waiter(int partition, long position, CompletableFuture<Void> reached) {}

  /** Completes when everything before {@code position} is folded. Complete it to stop waiting. */
  CompletableFuture<Void> reached(int partition, long position) {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    if (positions.get(partition) < position) {
      Waiter waiter = new Waiter(partition, position, reached);
      waiters.add(waiter);
      // The fold may have passed between the check and the entry.
      if (positions.get(partition) < position) {
        return reached;
      }
      waiters.remove(waiter);
    }
    reached.complete(null);
    return reached;
  }

  /** How many wait. */
  int waiting() {
    return waiters.size();
  }

  /** By partition, up to where everything is folded. */
  long[] positions() {
    return IntStream.range(0, positions.length()).mapToLong(positions::get).toArray();
  }

  void advance(int partition, long position) {
    positions.set(partition, position);
  }

  /** Wakes all whose position has been reached; call after advancing. */
  void wake() {
    waiters.removeIf(
        waiter -> {
          boolean isOver =
              waiter.reached().isDone() || positions.get(waiter.partition()) >= waiter.position();
          if (isOver) {
            waiter.reached().complete(null);
          }
          return isOver;
        });
  }
}
