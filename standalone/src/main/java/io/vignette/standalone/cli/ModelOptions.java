package io.vignette.standalone.cli;

import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.models.RemoteModel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model repository and which of its models. */
final class ModelOptions {

  @Mixin private ModelFolder folder = new ModelFolder();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description =
          "The model to use (default: the bundled one, or the first by name). With --engine openai:"
              + " as the server names it.")
  private @Nullable String name;

  ModelFolder folder() {
    return folder;
  }

  /** The name given, if one was. */
  Optional<String> name() {
    return Optional.ofNullable(name).filter(given -> !given.isBlank());
  }

  /** The model named, whatever the state of the others, or the one for requests that name none. */
  Model choose(EngineOptions engine) throws UsageException {
    if (engine.takesWords() && name != null) {
      return RemoteModel.named(name);
    }
    return name == null ? folder.load().defaultModel() : folder.load(name);
  }

  /** All models; the one named serves requests that name none. */
  ModelRepository loadAll(EngineOptions engine) throws UsageException {
    if (engine.takesWords()) {
      return ModelRepository.of(choose(engine));
    }
    ModelRepository repository = folder.load();
    if (name == null) {
      return repository;
    }
    Model chosen = folder.load(name);
    return repository.withDefault(chosen);
  }
}
