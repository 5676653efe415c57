package io.vignette.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.util.Optional;

/** Which models there are: the same for gateways and workers. */
@ConfigMapping(prefix = "vignette.models")
public interface ModelsConfig {

  /**
   * Folder of the model repository. Workers read tokenizers and profiles there, and the graphs if
   * they compute themselves; gateways what requests may ask for. Reloadable: no.
   */
  @WithDefault("triton-models")
  Path folder();

  /** The model of requests that name none. Default: the first by name. Reloadable: no. */
  @WithName("default")
  Optional<String> defaultName();

  /**
   * A model that only its server knows, by the name it has there: for workers whose engine is
   * {@code openai}. Then the folder does not count. Default: none. Reloadable: no.
   */
  Optional<String> remote();
}
