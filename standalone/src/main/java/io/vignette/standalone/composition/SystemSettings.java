package io.vignette.standalone.composition;

import io.vignette.images.ImageLimits;
import io.vignette.models.ModelRepository;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the one-JVM system needs to know before it starts.
 *
 * @param dataFolder where broker and blobs are kept; empty = a private folder, deleted at the end
 * @param httpPort port of the REST interface on 127.0.0.1; empty = none
 */
public record SystemSettings(
    ModelRepository models,
    EngineChoice engine,
    ImageLimits limits,
    Optional<Path> dataFolder,
    Optional<Integer> httpPort) {

  /** Whether all data are deleted at the end and nobody else can have handed in jobs. */
  boolean isPrivate() {
    return dataFolder.isEmpty() && httpPort.isEmpty();
  }
}
