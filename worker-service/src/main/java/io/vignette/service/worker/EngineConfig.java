package io.vignette.service.worker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What computes this worker's captions. */
@ConfigMapping(prefix = "vignette.engine")
public interface EngineConfig {

  /**
   * {@code triton}: a Triton server ({@code vignette.triton.*}). {@code onnx}: this process ({@code
   * vignette.engine.onnx.*}). {@code openai}: a server that speaks OpenAI's interface ({@code
   * vignette.openai.*}), with its model named by {@code vignette.models.remote}. Reloadable: no.
   */
  @WithDefault("triton")
  Kind kind();

  /** The engines there are. */
  enum Kind {
    TRITON,
    ONNX,
    OPENAI
  }
}
