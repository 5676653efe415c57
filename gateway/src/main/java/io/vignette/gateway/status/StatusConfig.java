package io.vignette.gateway.status;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.vignette.gateway.config.PositiveDuration;
import java.time.Duration;

/** How the table of jobs is kept. */
@ConfigMapping(prefix = "vignette.status")
public interface StatusConfig {

  /**
   * How long an ended job can be looked up. Default 24 h; at most vignette.topics.status-retention.
   * Too low: clients find 404 for results they have not fetched. Too high: memory, about 250 bytes
   * a job. Reloadable: no.
   */
  @WithDefault("24h")
  @WithConverter(PositiveDuration.class)
  Duration retention();

  /**
   * Most jobs in the table; beyond it the jobs that ended first are forgotten early. From 1000,
   * default 1000000. Open jobs are never forgotten. Reloadable: no.
   */
  @WithDefault("1000000")
  int entriesMax();

  /** How often old entries are looked for. Default 30 s. Reloadable: no. */
  @WithDefault("30s")
  @WithConverter(PositiveDuration.class)
  Duration cleanInterval();
}
