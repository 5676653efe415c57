package io.vignette.worker.engine.triton;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous action of which one run at a time is enough: who asks while it runs shares the
 * next run, which sees everything that was so when they asked.
 *
 * <p>Thread-safe; never blocks.
 */
final class OneAtATime<T> {
  private final Supplier<CompletableFuture<T>> action;

  // Guarded by this.
  private @Nullable CompletableFuture<T> running;
  private @Nullable CompletableFuture<T> next;

  OneAtATime(Supplier<CompletableFuture<T>> action) {
    this.action = action;
  }

  /** The result of a run that begins now or later. */
  CompletableFuture<T> run() {
    CompletableFuture<T> own = new CompletableFuture<>();
    synchronized (this) {
      if (running != null) {
        return following(running);
      }
      running = own;
    }
    CompletableFuture.completedFuture(own)
        .thenCompose(started -> action.get()) // What it throws is a failure like any other.
        .whenComplete((result, thrown) -> end(own, result, thrown));
    return own;
  }

  private CompletableFuture<T> following(CompletableFuture<T> current) {
    CompletableFuture<T> queued = next;
    if (queued == null) {
      queued = current.handle((result, thrown) -> current).thenCompose(ended -> runNext());
      next = queued;
    }
    return queued;
  }

  private CompletableFuture<T> runNext() {
    synchronized (this) {
      next = null;
    }
    return run();
  }

  private void end(CompletableFuture<T> own, T result, @Nullable Throwable thrown) {
    synchronized (this) {
      running = null;
    }
    if (thrown == null) {
      own.complete(result);
    } else {
      own.completeExceptionally(thrown);
    }
  }
}
