package io.vignette.worker.engine.openai;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs short tasks later, on one thread of its own.
 *
 * <p>Thread-safe. A cancelled task is forgotten at once, and the picture it holds with it.
 */
final class Alarm implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofDays(1);

  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("openai-timer").daemon(true).factory());

  Alarm() {
    timer.setRemoveOnCancelPolicy(true);
  }

  /**
   * Runs {@code task} after {@code wait}, a day at most.
   *
   * @throws RejectedExecutionException if closed
   */
  Future<?> after(Duration wait, Runnable task) {
    Duration bounded = wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
    return timer.schedule(task, bounded.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Forgets what has not run. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
