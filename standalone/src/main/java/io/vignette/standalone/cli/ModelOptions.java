package io.vignette.standalone.cli;

import io.vignette.models.InvalidModelException;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.wire.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model repository and which of its models. */
final class ModelOptions {

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "The model repository (default: triton-models of this installation).")
  private @Nullable Path folder;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The model to use (default: the repository's first).")
  private @Nullable String name;

  @Nullable String name() {
    return name;
  }

  Path folder() {
    Path home = Path.of(System.getProperty("vignette.home", ""));
    return folder == null ? home.resolve("triton-models") : folder;
  }

  ModelRepository load() throws UsageException {
    if (!Files.isDirectory(folder())) {
      throw new UsageException(
          Reason.MODEL_UNAVAILABLE,
          "model repository: " + folder() + " (expected: an existing folder)");
    }
    try {
      return ModelRepository.load(folder());
    } catch (InvalidModelException e) {
      throw new UsageException(Reason.MODEL_UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  Model choose(ModelRepository repository) throws UsageException {
    if (name == null) {
      return repository.defaultModel();
    }
    return repository
        .find(name)
        .orElseThrow(
            () ->
                new UsageException(
                    Reason.MODEL_UNKNOWN,
                    "model: '"
                        + name
                        + "' (expected: one of "
                        + repository.models().stream()
                            .map(Model::name)
                            .collect(Collectors.joining(", "))
                        + ")"));
  }
}
