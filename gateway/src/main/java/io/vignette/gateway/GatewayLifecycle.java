package io.vignette.gateway;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vignette.gateway.chores.Chores;
import io.vignette.gateway.ledger.LedgerFlush;
import io.vignette.gateway.ledger.LedgerHost;
import io.vignette.gateway.ledger.LedgerHostConfig;
import io.vignette.gateway.secret.DeploymentSecret;
import io.vignette.gateway.status.JobTable;
import io.vignette.gateway.topics.KafkaAbsence;
import io.vignette.gateway.topics.TopicMismatchException;
import io.vignette.gateway.topics.TopicSetup;
import io.vignette.kafka.OutageLog;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings the gateway up and down.
 *
 * <pre>
 *   start ──► topics ──► table, secret ──► ledger ──► ready ──► stopping: flush, ledger, table ──► stopped
 * </pre>
 *
 * <p>Thread-safe. Starting happens on own threads, so that nothing waits for Kafka before it has
 * to. Where Kafka cannot be reached, the start goes on trying.
 */
@ApplicationScoped
public class GatewayLifecycle {
  /** Behind the worker, which drains first (2000 and above are applications' priorities). */
  static final int STOP_PRIORITY = 2900;

  private static final Logger LOG = Logger.getLogger(GatewayLifecycle.class);
  private static final long RETRY_MILLIS = 1000;
  private static final Duration LEDGER_WAIT_MAX = Duration.ofSeconds(10);

  private final TopicSetup topics;
  private final DeploymentSecret secret;
  private final LedgerHost ledger;
  private final LedgerFlush flush;
  private final JobTable table;
  private final Chores chores;
  private final Duration flushTimeout;
  private final CompletableFuture<Void> topicsReady = new CompletableFuture<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Throwable> fault = new CompletableFuture<>();
  private final OutageLog startOutage = new OutageLog();
  private final CountDownLatch stopping = new CountDownLatch(1);

  @Inject
  public GatewayLifecycle(
      TopicSetup topics,
      DeploymentSecret secret,
      LedgerHost ledger,
      LedgerFlush flush,
      JobTable table,
      Chores chores,
      LedgerHostConfig config) {
    this.topics = topics;
    this.secret = secret;
    this.ledger = ledger;
    this.flush = flush;
    this.table = table;
    this.chores = chores;
    this.flushTimeout = config.flushTimeout();
  }

  /** Completes when jobs can be submitted; fails if the topics can't be used. */
  public CompletionStage<Void> topicsReady() {
    return topicsReady.minimalCompletionStage();
  }

  /**
   * Completes when topics exist, the secret is known, the ledger runs and the table is caught up;
   * fails if never.
   */
  public CompletionStage<Void> ready() {
    return ready.minimalCompletionStage();
  }

  /** Completes with the cause when the ledger has given up: only a restart helps. */
  public CompletionStage<Throwable> fault() {
    return fault.minimalCompletionStage();
  }

  /** Whether jobs can be submitted. */
  public boolean hasTopics() {
    return topicsReady.isDone() && !topicsReady.isCompletedExceptionally();
  }

  /** Whether the gateway was ready once. */
  public boolean hasStarted() {
    return ready.isDone() && !ready.isCompletedExceptionally();
  }

  /** Whether only a restart helps: the start failed for good, or the ledger has given up. */
  public boolean hasFailed() {
    return ready.isCompletedExceptionally() || fault.isDone();
  }

  /** Requests in progress are answered before the stop: none of them waits any longer. */
  void beforeStop(@Observes ShutdownDelayInitiatedEvent event) {
    table.endWaits();
  }

  void start(@Observes StartupEvent event) {
    Thread.ofPlatform().daemon().name("gateway-start").start(this::bringUp);
  }

  private void bringUp() {
    try {
      untilKafkaIsThere("topics", topics::ensure);
      topicsReady.complete(null);
      table.start();
      chores.startEarly();
      untilKafkaIsThere("secret", secret::load);
      awaitLoadedTable();
      ledger.start();
      // One that gives up before it runs fails the start, however long the table may take.
      ledger.running().whenComplete(this::onLedgerRunning);
      ledger.running().thenCompose(running -> ledger.fault()).thenAccept(this::ledgerGaveUp);
      ledger
          .running()
          .thenCombine(table.ready(), (running, caughtUp) -> running)
          .thenRun(chores::start)
          .whenComplete(this::onReady);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(e);
    } catch (Throwable e) { // An error too: nobody else would hear of it.
      fail(e);
    }
  }

  /**
   * Loading the table and loading the ledger's entries each take all processors of a small machine:
   * side by side both are late, one behind the other look-ups are answered sooner and results as
   * late as before. A table that takes long holds the ledger up no longer.
   */
  private void awaitLoadedTable() throws InterruptedException, ExecutionException {
    table
        .ready()
        .toCompletableFuture()
        .completeOnTimeout(null, LEDGER_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .get();
  }

  /** A part of the start that needs Kafka. Blocks. */
  private interface Step {
    void run() throws InterruptedException, ExecutionException, TopicMismatchException;
  }

  private void untilKafkaIsThere(String name, Step step)
      throws InterruptedException, ExecutionException, TopicMismatchException {
    while (true) {
      try {
        step.run();
        startOutage
            .succeeded()
            .ifPresent(after -> LOG.infof("%s: ready after %s", name, OutageLog.text(after)));
        return;
      } catch (ExecutionException e) {
        if (!mayTryAgain(name, e.getCause())) {
          throw e;
        }
      } catch (KafkaException e) { // No client could be made, or it read in vain.
        if (!mayTryAgain(name, e)) {
          throw e;
        }
      }
    }
  }

  /** Waits a while and returns true where Kafka was only absent and nobody stops the gateway. */
  private boolean mayTryAgain(String name, @Nullable Throwable failure)
      throws InterruptedException {
    Optional<String> absence = KafkaAbsence.explaining(failure);
    if (absence.isEmpty()) {
      return false;
    }
    if (startOutage.failed()) {
      LOG.warnf("%s: not ready, trying again (%s)", name, absence.get());
    }
    return !stopping.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void onReady(Void started, @Nullable Throwable failure) {
    if (failure == null) {
      ready.complete(null);
    } else {
      fail(failure);
    }
  }

  private void onLedgerRunning(@Nullable Void running, @Nullable Throwable failure) {
    if (failure != null) {
      fail(failure);
    }
  }

  private void ledgerGaveUp(Throwable cause) {
    if (stopping.getCount() == 0) {
      return; // The stop may be the cause, and a restart follows anyway.
    }
    LOG.errorf(cause, "CAP-1015 ledger has given up, only a restart helps: error=%s", cause);
    fault.complete(cause);
  }

  private void fail(Throwable failure) {
    boolean expected = stopping.getCount() == 0;
    topicsReady.completeExceptionally(failure);
    if (ready.completeExceptionally(failure) && !expected) {
      LOG.errorf(failure, "gateway: start failed (%s)", failure.getMessage());
    }
  }

  void stop(@Observes @Priority(STOP_PRIORITY) ShutdownEvent event) {
    stopping.countDown();
    chores.close();
    flushLedger();
    if (!ledger.close()) {
      LOG.warn("ledger: threads still running (expected: ended); its work goes on elsewhere");
    }
    table.close();
  }

  private void flushLedger() {
    if (flushTimeout.isZero() || !hasStarted() || hasFailed()) {
      return;
    }
    try {
      flush
          .await(flushTimeout)
          .toCompletableFuture()
          .get(flushTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warnf("ledger: not caught up within %s, the next start goes on from there", flushTimeout);
    }
  }
}
