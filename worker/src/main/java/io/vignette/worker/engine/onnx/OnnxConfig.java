package io.vignette.worker.engine.onnx;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The in-process engine's share of the machine. */
@ConfigMapping(prefix = "vignette.engine.onnx")
public interface OnnxConfig {

  /**
   * Threads that compute one batch; 0 is one a core. Too low: captions take longer on an idle
   * machine. Too high: decoding starves. Range: from 0. Reloadable: no.
   */
  @WithDefault("0")
  int threadsPerBatch();

  /** Batches computed at the same time. Too high: memory. Range: from 1. Reloadable: no. */
  @WithDefault("1")
  int batchesAtOnce();

  /** These values as settings. */
  default OnnxSettings settings() {
    return new OnnxSettings(threadsPerBatch(), batchesAtOnce());
  }
}
