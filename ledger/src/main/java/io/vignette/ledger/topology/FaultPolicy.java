package io.vignette.ledger.topology;

import io.vignette.kafka.OutageLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of the ledger when a stream thread dies.
 *
 * <p>Thread-safe. A fault that may pass costs the thread, and a new one takes over its partitions.
 * What Kafka itself calls passing (no answer in time, no leader, topic missing) may come as often
 * as it likes, each after a pause and logged once a minute: Kafka may be away for hours. A fault
 * that stays (no permission, an {@link Error}), or too many others in a row, stops the ledger:
 * {@link Ledger#fault()} tells whoever restarts it.
 */
final class FaultPolicy implements StreamsUncaughtExceptionHandler {

  static final int MAX_REPLACEMENTS = 10;
  static final Duration WINDOW = Duration.ofMinutes(1);

  /** Before a thread is replaced that Kafka's absence has ended; the dying thread waits. */
  static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(FaultPolicy.class);

  private final LedgerCounters counters;
  private final LongSupplier nanoTime;
  private final LongConsumer pauseNanos;
  private final OutageLog passing = new OutageLog();
  private final Deque<Long> replacements = new ArrayDeque<>();
  private volatile @Nullable Throwable lastingFault;

  FaultPolicy(LedgerCounters counters) {
    this(counters, System::nanoTime, LockSupport::parkNanos);
  }

  FaultPolicy(LedgerCounters counters, LongSupplier nanoTime, LongConsumer pauseNanos) {
    this.counters = counters;
    this.nanoTime = nanoTime;
    this.pauseNanos = pauseNanos;
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable fault) {
    if (!isLasting(fault) && isPassing(fault)) {
      pauseNanos.accept(PAUSE.toNanos());
      if (passing.failed()) {
        LOG.warn("ledger thread replaced, Kafka did not answer: error={}", fault.toString());
      }
      counters.countThreadRestart();
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    return judged(fault);
  }

  private synchronized StreamThreadExceptionResponse judged(Throwable fault) {
    if (isLasting(fault) || !mayReplace()) {
      lastingFault = fault;
      LOG.error("ledger stopped: error={}", fault.toString(), fault);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    counters.countThreadRestart();
    if (isKafkas(fault)) {
      LOG.warn("ledger thread replaced: error={} cause={}", fault.toString(), rootOf(fault));
    } else {
      LOG.warn("ledger thread replaced: error={}", fault.toString(), fault);
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** Where in the client it was thrown says nothing: the cause does. */
  private static boolean isKafkas(Throwable fault) {
    return fault instanceof KafkaException
        && (fault.getCause() == null || isKafkas(fault.getCause()));
  }

  private static String rootOf(Throwable fault) {
    Throwable cause = fault.getCause();
    return cause == null ? fault.toString() : rootOf(cause);
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

  private static boolean isPassing(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof RetriableException) {
        return true;
      }
    }
    return false;
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
