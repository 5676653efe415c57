package io.vignette.ledger.topology;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Says when results are worth a commit, sooner than the regular one.
 *
 * <p>A transaction costs far more than a result, so results share them, and those that somebody
 * waits for do so for less long: an interactive job's is committed at once after a quiet time and
 * within {@link #URGENT} otherwise; a bulk job's at once after a longer quiet time, and otherwise
 * when no more come for {@link #LULL}, or with the regular commit.
 *
 * <p>A result whose event has waited is not alone, whatever the time since the last one: where a
 * commit takes longer than events are apart, one for each result would never catch up. Compares the
 * event's own time, its writer's, with this machine's: a writer whose clock is late makes its
 * results wait for the regular commit.
 *
 * <p>One processor's, called by its thread; those of a process share when the last result came.
 */
final class CommitPace {

  /** How long an event may be under way to be taken for a lone one. */
  static final Duration FRESH = Duration.ofSeconds(1);

  /** A result that follows no other for so long is alone. */
  static final Duration QUIET = Duration.ofMillis(25);

  static final Duration QUIET_OF_BULK = Duration.ofSeconds(1);

  /** Longest wait of an interactive job's result for its commit. */
  static final Duration URGENT = Duration.ofMillis(100);

  /** Bulk results are committed when no more come for so long. */
  static final Duration LULL = Duration.ofMillis(400);

  /** How often {@link #isDue} is asked. */
  static final Duration LOOK = Duration.ofMillis(50);

  private static final long NEVER = Long.MIN_VALUE;

  private final AtomicLong lastMillis;
  private long urgentSince = NEVER;
  private long lastOwn = NEVER;

  /**
   * @param lastMillis when the process' last result came; any number of processors'
   */
  CommitPace(AtomicLong lastMillis) {
    this.lastMillis = lastMillis;
  }

  /** What the processors of a process share. */
  static AtomicLong none() {
    return new AtomicLong(NEVER);
  }

  /**
   * Takes note of a result; call once for each.
   *
   * @param eventMillis when its event was written
   * @return whether it is to be committed at once
   */
  boolean isAlone(long nowMillis, long eventMillis, boolean isInteractive) {
    long last = lastMillis.getAndSet(nowMillis);
    Duration quiet = isInteractive ? QUIET : QUIET_OF_BULK;
    boolean isFresh = nowMillis - eventMillis <= FRESH.toMillis();
    if (isFresh && (last == NEVER || nowMillis - last > quiet.toMillis())) {
      committed();
      return true;
    }
    lastOwn = nowMillis;
    if (isInteractive && urgentSince == NEVER) {
      urgentSince = nowMillis;
    }
    return false;
  }

  /** Whether results are to be committed now that wait; they count as committed then. */
  boolean isDue(long nowMillis) {
    boolean isDue =
        hasPassed(urgentSince, URGENT.minus(LOOK), nowMillis)
            || hasPassed(lastOwn, LULL.minus(LOOK), nowMillis);
    if (isDue) {
      committed();
    }
    return isDue;
  }

  private void committed() {
    urgentSince = NEVER;
    lastOwn = NEVER;
  }

  private static boolean hasPassed(long since, Duration wait, long nowMillis) {
    return since != NEVER && nowMillis - since >= wait.toMillis();
  }
}
