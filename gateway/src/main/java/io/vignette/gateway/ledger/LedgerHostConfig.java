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
   * How long an ended job is remembered, to recognise late duplicates. At least as long as jobs and
   * events stay on their topics, default 72 h. Reloadable: no.
   */
  @WithDefault("72h")
  @WithConverter(PositiveDuration.class)
  Duration retention();

  /**
   * Stable name of this gateway among those that share the ledger's work. Default none: a restart
   * moves the work at once. Reloadable: no.
   */
  Optional<String> instanceId();

  /**
   * Threads of the ledger. From 1 to vignette.topics.event-partitions, beyond which they would have
   * nothing to do; default 1. Reloadable: no.
   */
  @WithDefault("1")
  int threads();

  /**
   * How long a stop waits until the ledger has published what is on the topic. Default 5 s; 0 = not
   * at all (another gateway, or the next start, goes on from there). Reloadable: no.
   */
  @WithDefault("5s")
  @WithConverter(NotNegativeDuration.class)
  Duration flushTimeout();

  /** How long a stop waits for the ledger's threads. Default 5 s. Reloadable: no. */
  @WithDefault("5s")
  @WithConverter(NotNegativeDuration.class)
  Duration closeTimeout();
}
