package io.vignette.ledger.topology;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Says when a result is worth a commit of its own.
 *
 * <p>Thread-safe. The first result after a quiet time is committed at once, so that a lone job need
 * not wait for the commit interval to pass; the ones close behind share the next regular commit,
 * because a transaction costs far more than a result.
 */
final class CommitPace {

  private static final long NEVER = Long.MIN_VALUE;

  private final long quietMillis;
  private final AtomicLong lastMillis = new AtomicLong(NEVER);

  CommitPace(Duration quiet) {
    this.quietMillis = quiet.toMillis();
  }

  /** Whether no result came shortly before this one; call once for each result. */
  boolean isAlone(long nowMillis) {
    long last = lastMillis.getAndSet(nowMillis);
    return last == NEVER || nowMillis - last > quietMillis;
  }
}
