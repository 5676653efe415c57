package io.vignette.worker.drain;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How a worker leaves. */
@ConfigMapping(prefix = "vignette.drain")
public interface DrainConfig {

  /**
   * Time that held jobs have to end. Too low: work is thrown away. Too high: whoever stops the
   * worker kills it first. Range: from 0. Reloadable: no.
   */
  @WithDefault("20s")
  Duration timeout();
}
