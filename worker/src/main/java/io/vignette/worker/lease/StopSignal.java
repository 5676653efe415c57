package io.vignette.worker.lease;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells lanes to acquire no more, and until when they may finish what they hold. Thread-safe. */
public final class StopSignal {
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile long graceEnd = Long.MAX_VALUE;
  private volatile boolean bounded;

  public void stopAcquiring() {
    stopped.countDown();
  }

  public void stop(Duration grace) {
    graceEnd = System.nanoTime() + grace.toNanos();
    bounded = true;
    stopped.countDown();
  }

  public boolean isStopping() {
    return stopped.getCount() == 0;
  }

  /** Whether held jobs have had their time. */
  public boolean isGraceOver() {
    return bounded && System.nanoTime() - graceEnd >= 0;
  }

  /** Waits; returns early, with true, when stopping. */
  public boolean await(Duration wait) throws InterruptedException {
    return stopped.await(wait.toNanos(), TimeUnit.NANOSECONDS);
  }
}
