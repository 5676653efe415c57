package io.vignette.gateway.queue;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.vignette.gateway.config.PositiveDuration;
import java.time.Duration;

/** How much may wait for the workers before new jobs are refused ({@code queue.full}). */
@ConfigMapping(prefix = "vignette.queue")
public interface QueueConfig {

  /**
   * Most open jobs of the whole deployment. Too low: peaks are refused that the workers would have
   * worked off. Too high: memory of every gateway, about 250 bytes a job. Range: from 1.
   * Reloadable: no.
   */
  @WithDefault("1000000")
  long jobsMax();

  /**
   * Most bytes of the images that are kept for open jobs, inside their records or as blobs; images
   * at a URL or in somebody else's bucket do not count. Too low: as for jobs. Too high: disks of
   * Kafka and of the blob store fill up. Range: bytes, from 1. Reloadable: no.
   */
  @WithDefault("107374182400")
  long bytesMax();

  /**
   * Most work ahead of a new job, as the time that the workers need for it at their pace of the
   * last minutes; a bulk job has all open jobs ahead, an interactive one only the interactive ones.
   * Applies once that pace is known: a hundred jobs have ended in the last five minutes. Too low:
   * as for jobs. Too high: jobs are taken that end as expired. Range: from 1 ms. Reloadable: no.
   */
  @WithDefault("24h")
  @WithConverter(PositiveDuration.class)
  Duration workMax();
}
