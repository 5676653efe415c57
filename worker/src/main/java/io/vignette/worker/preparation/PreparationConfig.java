package io.vignette.worker.preparation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.OptionalInt;

/** How a worker prepares pictures. */
@ConfigMapping(prefix = "vignette.preparation")
public interface PreparationConfig {

  /**
   * Threads that decode and resize. Too low: the engine waits for pictures. Too high: the engine
   * loses processors. Default: processors less one. Range: from 1. Reloadable: no.
   */
  OptionalInt threads();

  /**
   * Pictures of more pixels are large: one at a time is decoded, however many threads there are.
   * Too low: many pictures wait for each other. Too high: memory, about 3 to 7 bytes a pixel and
   * thread. Range: pixels, from 1. Reloadable: no.
   */
  @WithDefault("16000000")
  long largeFromPixels();

  default int threadCount() {
    return threads().orElse(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
  }
}
