package io.vignette.gateway.ledger;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.vignette.gateway.config.NotNegativeDuration;
import io.vignette.gateway.config.PositiveDuration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How the gateway hosts its ledger. */
@ConfigMapping(prefix = "vignette.ledger")
public interface LedgerHostConfig {

  /**
   * Folder of the ledger's own small files; one process at a time. Default: {@code
   * vignette-ledger-<pid>} in the temporary folder. Reloadable: no.
   */
  Optional<Path> stateDir();

  /**
   * How long an ended job is remembered, to recognise late duplicates and for gateways that start:
   * at least as long as jobs and events stay on their topics, and as {@code
   * vignette.status.retention}. Range: from 1 ms. Reloadable: no.
   */
  @WithDefault("72h")
  @WithConverter(PositiveDuration.class)
  Duration retention();

  /**
   * Stable name of this gateway among those that share the ledger's work. Default: none; a restart
   * moves the work at once. Reloadable: no.
   */
  Optional<String> instanceId();

  /**
   * Threads of the ledger; beyond the partitions they would have nothing to do. Range: 1 to {@code
   * vignette.topics.event-partitions}. Reloadable: no.
   */
  @WithDefault("1")
  int threads();

  /**
   * Whether every result is published as JSON too, on the topic of results with {@code .json}
   * behind its name, in the same transaction. For consumers without Protobuf. true: about twice the
   * bytes of the results, and the topic is made where it does not exist; only results from then on
   * are there. The same for all gateways of a system, or some results are missing there.
   * Reloadable: no.
   */
  @WithDefault("false")
  boolean jsonResults();

  /**
   * For how long an event may wait for the ledger before the gateways call themselves not ready.
   * Longer than a gateway's work takes to move to another (8 s) and results need after an absence
   * of Kafka (15 s). Range: from 0, never. Reloadable: no.
   */
  @WithDefault("30s")
  @WithConverter(NotNegativeDuration.class)
  Duration lagMax();

  /**
   * How long a stop waits until the ledger has published what is on the topic. Range: from 0, not
   * at all (another gateway, or the next start, goes on from there). Reloadable: no.
   */
  @WithDefault("5s")
  @WithConverter(NotNegativeDuration.class)
  Duration flushTimeout();

  /** How long a stop waits for the ledger's threads. Range: from 0. Reloadable: no. */
  @WithDefault("5s")
  @WithConverter(NotNegativeDuration.class)
  Duration closeTimeout();
}
