package io.vignette.standalone.cli;

import io.vignette.models.InvalidModelException;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.wire.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model repository. */
final class ModelFolder {

  private static final String BUNDLED = "tiny-blip2";

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "The model repository (default: triton-models of this installation).")
  private @Nullable Path folder;

  Path path() {
    return folder == null ? home().resolve("triton-models") : folder;
  }

  /** The folder of this installation. */
  static Path home() {
    return Path.of(System.getProperty("vignette.home", ""));
  }

  /**
   * All models. The bundled one serves requests that name none wherever it is among them: adding a
   * model must not change what a command does.
   */
  ModelRepository load() throws UsageException {
    requireFolder();
    try {
      ModelRepository repository = ModelRepository.load(path());
      return repository.find(BUNDLED).map(repository::withDefault).orElse(repository);
    } catch (InvalidModelException e) {
      throw invalid(e);
    }
  }

  /** One model, whatever the state of the others. */
  Model load(String name) throws UsageException {
    List<String> names = names();
    if (!names.contains(name)) {
      throw new UsageException(
          Reason.MODEL_UNKNOWN,
          "model: '%s' (expected: one of %s)".formatted(name, String.join(", ", names)));
    }
    try {
      return ModelRepository.load(path(), name);
    } catch (InvalidModelException e) {
      throw invalid(e);
    }
  }

  /** Those of all models, usable or not. */
  List<String> names() throws UsageException {
    requireFolder();
    try {
      return ModelRepository.names(path());
    } catch (InvalidModelException e) {
      throw invalid(e);
    }
  }

  private void requireFolder() throws UsageException {
    if (!Files.isDirectory(path())) {
      throw new UsageException(
          Reason.MODEL_UNAVAILABLE,
          "model repository: " + path() + " (expected: an existing folder)");
    }
  }

  private static UsageException invalid(InvalidModelException e) {
    return new UsageException(Reason.MODEL_UNAVAILABLE, String.valueOf(e.getMessage()));
  }
}
