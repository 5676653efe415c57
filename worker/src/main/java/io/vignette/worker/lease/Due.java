package io.vignette.worker.lease;

import java.time.Duration;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/**
 * Something for a {@link java.util.concurrent.DelayQueue} that is due after a wait, and at once
 * when stopping. Thread-safe.
 */
public final class Due<T> implements Delayed {
  private final T what;
  private final long dueNanos;
  private final StopSignal stop;

  public Due(T what, Duration wait, StopSignal stop) {
    this.what = what;
    this.dueNanos = System.nanoTime() + wait.toNanos();
    this.stop = stop;
  }

  public T what() {
    return what;
  }

  @Override
  public long getDelay(TimeUnit unit) {
    return stop.isStopping() ? 0 : unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  @Override
  public int compareTo(Delayed other) {
    return Long.signum(dueNanos - ((Due<?>) other).dueNanos);
  }
}
