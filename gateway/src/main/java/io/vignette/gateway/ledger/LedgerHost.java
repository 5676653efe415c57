package io.vignette.gateway.ledger;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.vignette.ledger.topology.Ledger;
import io.vignette.ledger.topology.LedgerConfig;
import io.vignette.ledger.topology.LedgerCounters;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The one ledger of this process. Thread-safe. */
@ApplicationScoped
public class LedgerHost {
  private final Ledger ledger;
  private final Duration closeTimeout;

  @Inject
  public LedgerHost(
      KafkaConnection kafka,
      Topics topics,
      @ConfigProperty(name = "vignette.topics.event-partitions") int partitions,
      LedgerHostConfig config) {
    if (config.threads() > partitions) {
      throw new ConfigurationException(
          "vignette.ledger.threads: %d (expected: 1 to %d, as vignette.topics.event-partitions)"
              .formatted(config.threads(), partitions));
    }
    this.ledger = new Ledger(kafka, topics, ledgerConfig(topics, config));
    this.closeTimeout = config.closeTimeout();
  }

  /**
   * Starts the ledger's threads; the topics must exist. Blocks for their making, not their work.
   */
  public void start() {
    ledger.start();
  }

  /** Completes when the ledger folds events; fails if it never will. */
  public CompletionStage<Void> running() {
    return ledger.running();
  }

  /** Completes with the cause when the ledger gives up by itself: only a restart helps. */
  public CompletionStage<Throwable> fault() {
    return ledger.fault();
  }

  public boolean isHealthy() {
    return ledger.isHealthy();
  }

  public LedgerCounters counters() {
    return ledger.counters();
  }

  /** Completes when every event there is at the time of the call is in the published results. */
  CompletionStage<Void> caughtUp(Duration limit) {
    return ledger.caughtUp(limit);
  }

  /** Stops; idempotent. Returns whether all threads ended in time. */
  public boolean close() {
    return ledger.close(closeTimeout);
  }

  private static LedgerConfig ledgerConfig(Topics topics, LedgerHostConfig config) {
    Path folder = config.stateDir().orElseGet(LedgerHost::temporaryFolder);
    LedgerConfig ledger =
        LedgerConfig.of(topics, folder)
            .withRetention(config.retention())
            .withThreads(config.threads())
            .withJsonResults(config.jsonResults());
    return config.instanceId().map(ledger::withInstanceId).orElse(ledger);
  }

  private static Path temporaryFolder() {
    return Path.of(
        System.getProperty("java.io.tmpdir"), "vignette-ledger-" + ProcessHandle.current().pid());
  }
}
