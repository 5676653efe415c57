package io.vignette.ledger.topology;

import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.jspecify.annotations.Nullable;

/**
 * A running ledger: the fold of job events, exactly once, in this process.
 *
 * <p>Thread-safe. Life: made → {@link #start()} → running → {@link #close(Duration)}, or before
 * that {@link #fault()}; no way back. The topics must exist before the start. Any number of ledgers
 * with the same application id share the partitions; one that dies without a word is replaced
 * within about 8 s.
 */
public final class Ledger {

  /** The application id is the topics' prefix with this behind it. */
  public static final String APPLICATION_ID_SUFFIX = "-ledger";

  private final KafkaConnection kafka;
  private final Topics topics;
  private final LedgerConfig config;
  private final LedgerCounters counters = new LedgerCounters();
  private final FaultPolicy faults = new FaultPolicy(counters);
  private final CompletableFuture<Void> running = new CompletableFuture<>();
  private final CompletableFuture<Throwable> fault = new CompletableFuture<>();
  private volatile boolean closed;
  private volatile @Nullable KafkaStreams streams;

  public Ledger(KafkaConnection kafka, Topics topics, LedgerConfig config) {
    this.kafka = kafka;
    this.topics = topics;
    this.config = config;
  }

  /** The consumer group whose committed offsets say how far status and results have come. */
  public static String applicationId(Topics topics) {
    return topics.prefix() + APPLICATION_ID_SUFFIX;
  }

  /**
   * Starts the stream threads and returns.
   *
   * @throws IllegalStateException if started before; a programming error
   */
  public synchronized void start() {
    if (streams != null || running.isDone()) {
      throw new IllegalStateException("ledger: started or closed already (expected: once)");
    }
    KafkaStreams started =
        new KafkaStreams(
            LedgerTopology.build(topics, config, counters),
            LedgerSettings.of(kafka, config),
            new LedgerClients());
    started.setStateListener((to, from) -> onState(to));
    started.setUncaughtExceptionHandler(faults);
    streams = started;
    started.start();
  }

  /** Completes when all entries are loaded and events are being folded; fails if it never will. */
  public CompletionStage<Void> running() {
    return running.minimalCompletionStage();
  }

  /**
   * Completes with the cause when the ledger gives up by itself: only another one helps. Never
   * after {@link #close(Duration)}. Dependents may run on the ledger's threads and must not block.
   */
  public CompletionStage<Throwable> fault() {
    return fault.minimalCompletionStage();
  }

  /** Whether events are being folded, or soon will be again (a rebalance, a replaced thread). */
  public boolean isHealthy() {
    KafkaStreams current = streams;
    return current != null && current.state().isRunningOrRebalancing();
  }

  /** What happened so far. */
  public LedgerCounters counters() {
    return counters;
  }

  /**
   * Completes when every event that is on the topic at the time of the call is reflected in status
   * and results, committed. Completes exceptionally where that takes longer than {@code limit}, or
   * Kafka can't be asked. For an orderly stop: close the ledger only after this.
   */
  public CompletionStage<Void> caughtUp(Duration limit) {
    return EventBacklog.open(kafka, topics, config.applicationId(), limit).whenReflected();
  }

  /**
   * Commits, leaves the group, stops. Idempotent.
   *
   * @return whether all threads ended within {@code limit}
   */
  public synchronized boolean close(Duration limit) {
    closed = true;
    running.completeExceptionally(new IllegalStateException("ledger: closed"));
    KafkaStreams current = streams;
    return current == null
        || current.close(
            CloseOptions.groupMembershipOperation(
                    config.instanceId().isPresent()
                        ? CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP
                        : CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(limit));
  }

  private void onState(State state) {
    if (state == State.RUNNING) {
      running.complete(null);
    } else if (state == State.PENDING_ERROR && !closed) { // ERROR waits for all threads to end.
      Throwable cause = faults.lastingFault().orElseGet(Ledger::unknownFault);
      running.completeExceptionally(
          new IllegalStateException("ledger: stopped by a fault (" + cause + ")", cause));
      fault.complete(cause);
    }
  }

  private static Throwable unknownFault() {
    return new IllegalStateException("ledger: stopped by a fault (see the log before this)");
  }
}
