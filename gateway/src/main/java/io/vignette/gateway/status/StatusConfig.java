package io.vignette.gateway.status;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.vignette.gateway.config.PositiveDuration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How the table of jobs is kept. */
@ConfigMapping(prefix = "vignette.status")
public interface StatusConfig {

  /**
   * How long an ended job can be looked up. Too low: clients find 404 for results they have not
   * fetched. Too high: memory, about 250 bytes a job. Range: 1 ms to {@code
   * vignette.ledger.retention}. Reloadable: no.
   */
  @WithDefault("24h")
  @WithConverter(PositiveDuration.class)
  Duration retention();

  /**
   * Most jobs in the table; beyond it the jobs that ended first are forgotten early. Open jobs are
   * never forgotten. Range: from 1000. Reloadable: no.
   */
  @WithDefault("1000000")
  int entriesMax();

  /**
   * The longest that a request waits for the table to have read what Kafka has: a look-up of an id
   * that is unknown here, and a submission with an idempotency key, once its job is written. The
   * wait usually takes milliseconds. Too low: under load such requests are answered 503 ({@code
   * gateway.busy}). Too high: while Kafka is away they keep clients waiting. Range: from 1 ms.
   * Reloadable: no.
   */
  @WithDefault("10s")
  @WithConverter(PositiveDuration.class)
  Duration waitMax();

  /**
   * Folder where the gateway keeps a copy of the table, so that its next start reads from Kafka
   * only what came since; one process at a time, readable by its owner only. Takes about 250 bytes
   * a job, twice while it is written. Default: none; every start reads all from Kafka (about 10 s
   * for a million jobs). Reloadable: no.
   */
  Optional<Path> stateDir();

  /**
   * How often that copy is written, beside the end of the process. Too low: the disk is kept busy.
   * Too high: after a crash the next start has more to read. Range: from 1 ms. Reloadable: no.
   */
  @WithDefault("5m")
  @WithConverter(PositiveDuration.class)
  Duration checkpointInterval();

  /** How often old entries are looked for. Range: from 1 ms. Reloadable: no. */
  @WithDefault("30s")
  @WithConverter(PositiveDuration.class)
  Duration cleanInterval();
}
