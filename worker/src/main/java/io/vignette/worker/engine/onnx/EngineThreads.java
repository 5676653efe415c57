package io.vignette.worker.engine.onnx;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads of an engine: those that infer, one that completes answers, one that watches
 * deadlines.
 *
 * <p>Thread-safe. Queues without bound: the dispatch window in front of the engine is the bound.
 */
final class EngineThreads implements AutoCloseable {
  private final ExecutorService inference;
  private final ExecutorService answers;
  private final ScheduledThreadPoolExecutor deadlines;

  EngineThreads(int inferenceThreads) {
    inference = Executors.newFixedThreadPool(inferenceThreads, named("onnx-inference-"));
    answers = Executors.newSingleThreadExecutor(named("onnx-answers-"));
    deadlines = new ScheduledThreadPoolExecutor(1, named("onnx-deadlines-"));
    deadlines.setRemoveOnCancelPolicy(true);
  }

  private static ThreadFactory named(String prefix) {
    return Thread.ofPlatform().daemon().name(prefix, 0).factory();
  }

  void load(Runnable loading) {
    inference.execute(loading);
  }

  void infer(Runnable batch) {
    inference.execute(batch);
  }

  void answer(Runnable completion) {
    answers.execute(completion);
  }

  /** Runs an action after a time, unless closed before. */
  Alarm after(Duration time, Runnable action) {
    Future<?> scheduled = deadlines.schedule(action, time.toNanos(), TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  /** Something that will happen unless closed. */
  interface Alarm extends AutoCloseable {
    @Override
    void close();
  }

  /** Waits for what runs and what is queued; the caller has made sure that it ends soon. */
  @Override
  public void close() {
    inference.close();
    answers.close();
    deadlines.shutdownNow();
  }
}
