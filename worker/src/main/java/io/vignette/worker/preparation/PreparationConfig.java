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

  /**
   * Decode JPEGs of at least four times the model's size, on both sides, to a half, a quarter or an
   * eighth, never below twice that size: faster, and nearly the pixels of the reference instead of
   * exactly them. Needs libturbojpeg. Without effect on other pictures, and with servers that take
   * files. Reloadable: no.
   */
  @WithDefault("false")
  boolean scaledDecode();

  default int threadCount() {
    return threads().orElse(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
  }
}
