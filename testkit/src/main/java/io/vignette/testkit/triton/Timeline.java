package io.vignette.testkit.triton;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One instance of a model in time: executions follow each other, each as long as it takes.
 *
 * <p>Thread-safe.
 */
final class Timeline {

  private final ScheduledExecutorService timer;
  private long busyUntilNanos;

  Timeline(ScheduledExecutorService timer) {
    this.timer = timer;
    this.busyUntilNanos = System.nanoTime();
  }

  /** Completes when an execution handed in now would end. */
  CompletableFuture<Void> execute(Duration duration) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    long wait = reserve(duration.toNanos());
    if (wait <= 0) {
      end.complete(null);
    } else {
      timer.schedule(() -> end.complete(null), wait, TimeUnit.NANOSECONDS);
    }
    return end;
  }

  private synchronized long reserve(long nanos) {
    long now = System.nanoTime();
    if (busyUntilNanos - now < 0) {
      busyUntilNanos = now;
    }
    busyUntilNanos += nanos;
    return busyUntilNanos - now;
  }
}
