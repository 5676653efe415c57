package io.vignette.worker.loop;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A thread that runs a body again and again until stopped; a body that throws is begun anew after a
 * wait.
 *
 * <p>Thread-safe. The body looks at {@link #isStopping()} at least twice a second.
 */
public final class RestartingLoop {

  /** What the loop does. */
  @FunctionalInterface
  public interface Body {
    void run(RestartingLoop loop) throws InterruptedException;
  }

  private final Duration backoff;
  private final Consumer<RuntimeException> trouble;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;

  public RestartingLoop(
      String name, Duration backoff, Body body, Consumer<RuntimeException> trouble) {
    this.backoff = backoff;
    this.trouble = trouble;
    this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(() -> run(body));
  }

  public void start() {
    thread.start();
  }

  private void run(Body body) {
    try {
      while (!isStopping()) {
        try {
          body.run(this);
        } catch (RuntimeException e) { // Outermost loop: told, then begun anew.
          trouble.accept(e);
          await(backoff);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public boolean isStopping() {
    return stopped.getCount() == 0;
  }

  /** Waits; returns early when stopping. */
  public void await(Duration wait) throws InterruptedException {
    if (stopped.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
      return;
    }
  }

  /** Tells the body to end, and waits for it. */
  public void close(Duration timeout) {
    stopped.countDown();
    try {
      thread.join(timeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
