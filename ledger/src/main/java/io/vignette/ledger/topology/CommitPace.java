package io.vignette.ledger.topology;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Says when a result is worth a commit of its own.
 *
 * <p>Thread-safe. The first result after a quiet time is committed at once, so that a lone job need
 * not wait for the commit interval to pass; the ones close behind share the next regular commit,
 * because a transaction costs far more than a result.
 *
 * <p>A result whose event has waited is not alone, whatever the time since the last one: where a
 * commit takes longer than events are apart, one for each result would never catch up. Compares the
 * event's own time, its writer's, with this machine's: a writer whose clock is late makes its
 * results wait for the regular commit.
 */
final class CommitPace {

  /** How long an event may be under way to be taken for a lone one. */
  static final Duration FRESH = Duration.ofSeconds(1);

  private static final long NEVER = Long.MIN_VALUE;

  private final long quietMillis;
  private final AtomicLong lastMillis = new AtomicLong(NEVER);

  CommitPace(Duration quiet) {
    this.quietMillis = quiet.toMillis();
  }

  /**
   * Whether no result came shortly before this one, and none can be waiting behind it; call once
   * for each result.
   *
   * @param eventMillis when its event was written
   */
  boolean isAlone(long nowMillis, long eventMillis) {
    long last = lastMillis.getAndSet(nowMillis);
    boolean isFresh = nowMillis - eventMillis <= FRESH.toMillis();
    return isFresh && (last == NEVER || nowMillis - last > quietMillis);
  }
}
