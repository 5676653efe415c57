package io.vignette.worker.loop;

import io.vignette.kafka.OutageLog;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A thread that runs a body again and again until stopped; a body that throws is begun anew after a
 * wait.
 *
 * <p>Thread-safe. The body looks at {@link #isStopping()} at least twice a second, and says when it
 * {@link #works()}. A failure that repeats is told once a minute, and its end once.
 */
public final class RestartingLoop {

  /** What the loop does. */
  @FunctionalInterface
  public interface Body {
    void run(RestartingLoop loop) throws InterruptedException;
  }

  /** Is told what to log. */
  @FunctionalInterface
  public interface Listener {

    /** The body threw; told once a minute where it does so again and again. */
    void failed(RuntimeException cause);

    /** The body works again, after so long. */
    default void recovered(Duration after) {}
  }

  private final Duration backoff;
  private final Listener listener;
  private final OutageLog outage = new OutageLog();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;

  public RestartingLoop(String name, Duration backoff, Body body, Listener listener) {
    this.backoff = backoff;
    this.listener = listener;
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
          fails(e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public boolean isStopping() {
    return stopped.getCount() == 0;
  }

  /** To be called by the body for a failure that it survives: told like one it throws. Waits. */
  public void fails(RuntimeException cause) throws InterruptedException {
    if (outage.failed()) {
      listener.failed(cause);
    }
    await(backoff);
  }

  /** To be called by the body when Kafka has answered it: a failure before that is over. */
  public void works() {
    outage.succeeded().ifPresent(listener::recovered);
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
