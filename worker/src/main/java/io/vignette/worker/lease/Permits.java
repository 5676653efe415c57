package io.vignette.worker.lease;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bound on jobs held by all lanes.
 *
 * <p>Thread-safe. Holds at most {@code total}; bulk lanes never take the last {@code reserve}, so
 * an interactive job finds room whatever bulk does. Does not guarantee order among waiting lanes.
 */
final class Permits {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final int reserve;
  private int free;
  private boolean paused;

  Permits(int total, int reserve) {
    this.free = total;
    this.reserve = reserve;
  }

  /** Takes all {@code count} permits, or none if they are not to be had within the wait. */
  boolean acquire(LaneKind lane, int count, Duration wait) throws InterruptedException {
    long nanos = wait.toNanos();
    int spared = lane == LaneKind.BULK ? reserve : 0;
    lock.lockInterruptibly();
    try {
      while (paused || free - count < spared) {
        if (nanos <= 0) {
          return false;
        }
        nanos = changed.awaitNanos(nanos);
      }
      free -= count;
      return true;
    } finally {
      lock.unlock();
    }
  }

  void release(int count) {
    lock.lock();
    try {
      free += count;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** While paused nobody gets a permit. */
  void pause(boolean wanted) {
    lock.lock();
    try {
      paused = wanted;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
