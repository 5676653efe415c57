package io.vignette.ledger.topology;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Says when a result is worth a commit of its own.
 *
 * <p>Thread-safe. The first result after a quiet interval is committed at once, so that a lone job
 * need not wait for the interval to pass; the ones close behind it share the next regular commit,
 * so that load does not multiply commits.
 */
final class CommitPace {

  private final long intervalMillis;
  private final AtomicLong lastMillis = new AtomicLong(Long.MIN_VALUE);

  CommitPace(Duration interval) {
    this.intervalMillis = interval.toMillis();
  }

  /** Whether to ask for a commit now; at most one yes per interval. */
  boolean isDue(long nowMillis) {
    long last = lastMillis.get();
    boolean quiet = last == Long.MIN_VALUE || nowMillis - last > intervalMillis;
    return quiet && lastMillis.compareAndSet(last, nowMillis);
  }
}
