package io.vignette.ledger.topology;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of the ledger when a stream thread dies.
 *
 * <p>Thread-safe. A fault that may pass (broker away, fenced, topic missing) costs the thread, and
 * a new one takes over its partitions. A fault that stays (no permission, an {@link Error}), or too
 * many in a row, stops the ledger: {@link Ledger#fault()} tells whoever restarts it.
 */
final class FaultPolicy implements StreamsUncaughtExceptionHandler {

  static final int MAX_REPLACEMENTS = 10;
  static final Duration WINDOW = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(FaultPolicy.class);

  private final LedgerCounters counters;
  private final LongSupplier nanoTime;
  private final Deque<Long> replacements = new ArrayDeque<>();
  private volatile @Nullable Throwable lastingFault;

  FaultPolicy(LedgerCounters counters, LongSupplier nanoTime) {
    this.counters = counters;
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized StreamThreadExceptionResponse handle(Throwable fault) {
    if (isLasting(fault) || !mayReplace()) {
      lastingFault = fault;
      LOG.error("ledger stopped: error={}", fault.toString(), fault);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    counters.countThreadRestart();
    LOG.warn("ledger thread replaced: error={}", fault.toString(), fault);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** The fault that stopped the ledger; empty while none has. */
  Optional<Throwable> lastingFault() {
    return Optional.ofNullable(lastingFault);
  }

  private boolean mayReplace() {
    long now = nanoTime.getAsLong();
    while (!replacements.isEmpty() && now - replacements.peekFirst() > WINDOW.toNanos()) {
      replacements.removeFirst();
    }
    if (replacements.size() >= MAX_REPLACEMENTS) {
      return false;
    }
    replacements.addLast(now);
    return true;
  }

  private static boolean isLasting(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof Error
          || cause instanceof AuthorizationException
          || cause instanceof UnsupportedVersionException) {
        return true;
      }
    }
    return false;
  }
}
