package io.vignette.worker.lease;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The thread of one lane: serves with one consumer until that fails, and then with another one
 * after a wait, until it is stopped.
 */
public abstract class LaneLoop implements Runnable {
  private final String name;
  private final Duration backoff;
  private final LeaseListener listener;
  private final StopSignal stop;
  private final CompletableFuture<Void> polled = new CompletableFuture<>();

  protected LaneLoop(String name, Duration backoff, LeaseListener listener, StopSignal stop) {
    this.name = name;
    this.backoff = backoff;
    this.listener = listener;
    this.stop = stop;
  }

  public final String name() {
    return name;
  }

  /** Completes after the first poll. */
  public final CompletionStage<Void> polled() {
    return polled;
  }

  @Override
  public final void run() {
    try {
      while (!stop.isStopping()) {
        serveUntilTrouble();
      }
      finish();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serveUntilTrouble() throws InterruptedException {
    try {
      serve();
    } catch (RuntimeException e) {
      // The outermost loop of the lane: whatever went wrong, its partitions must go on being
      // served.
      if (!stop.isStopping()) {
        listener.laneFailed(name, e, backoff);
        stop.await(backoff);
      }
    }
  }

  /** Makes a consumer, serves with it until stopping, and closes it. */
  protected abstract void serve() throws InterruptedException;

  /** Called at the end, without a consumer: waits for what the lane still holds. */
  protected void finish() throws InterruptedException {}

  /** To be called after each poll that did not fail. */
  protected final void hasPolled() {
    polled.complete(null);
    listener.lanePolled(name);
  }
}
