package io.vignette.standalone.cli;

import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model repository and which of its models. */
final class ModelOptions {

  @Mixin private ModelFolder folder = new ModelFolder();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The model to use (default: the bundled one, or the first by name).")
  private @Nullable String name;

  ModelFolder folder() {
    return folder;
  }

  /** The model named, whatever the state of the others, or the one for requests that name none. */
  Model choose() throws UsageException {
    return name == null ? folder.load().defaultModel() : folder.load(name);
  }

  /** All models; the one named serves requests that name none. */
  ModelRepository loadAll() throws UsageException {
    ModelRepository repository = folder.load();
    if (name == null) {
      return repository;
    }
    Model chosen = folder.load(name);
    return repository.withDefault(chosen);
  }
}
