package io.vignette.worker.pipeline;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long and how often a worker tries. */
@ConfigMapping(prefix = "vignette.attempt")
public interface PipelineConfig {

  /**
   * Longest attempt, retries in place included; cut to three quarters of the lease where that is
   * shorter. Too low: slow pictures go round. Too high: the lease ends before the job. Range: above
   * 0. Reloadable: no.
   */
  @WithDefault("45s")
  Duration budget();

  /**
   * Attempts after which a passing failure is final. Too low: a short outage fails jobs. Too high:
   * hopeless jobs go round for long. Range: from 1. Reloadable: no.
   */
  @WithDefault("5")
  int max();
}
