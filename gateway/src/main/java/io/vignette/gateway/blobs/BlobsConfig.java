package io.vignette.gateway.blobs;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.vignette.gateway.config.PositiveDuration;
import java.time.Duration;

/** How uploaded pictures are cleared away. */
@ConfigMapping(prefix = "vignette.blobs")
public interface BlobsConfig {

  /**
   * How often old blobs are looked for. Too low: the store is listed all the time. Too high: disk.
   * Range: from 1 ms. Reloadable: no.
   */
  @WithDefault("1h")
  @WithConverter(PositiveDuration.class)
  Duration sweepInterval();
}
