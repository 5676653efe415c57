package io.vignette.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model repository folder: finds the folders that are Vignette models among those that are parts
 * of one, or belong to other programs.
 */
final class RepositoryFolder {
  private static final List<String> PARTS = List.of(ModelFolders.VISION_ENCODER, ModelFolders.LLM);

  private final Path folder;

  RepositoryFolder(Path folder) {
    this.folder = folder;
  }

  List<Model> models() throws InvalidModelException {
    List<Model> models = new ArrayList<>();
    for (String name : modelNames()) {
      models.add(new ModelFolders(folder, name).load());
    }
    if (models.isEmpty()) {
      throw new InvalidModelException(
          folder, "models: none (expected: at least one folder with a profile.yaml)");
    }
    return models;
  }

  List<String> modelNames() throws InvalidModelException {
    if (!Files.isDirectory(folder)) {
      throw new InvalidModelException(folder, "model repository: no such folder");
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(Files::isDirectory)
          .flatMap(child -> modelOf(child).stream())
          .distinct()
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new InvalidModelException(folder, "model repository: cannot be listed: " + e, e);
    }
  }

  /** A part without its whole counts as a model, so that the missing whole is reported. */
  private static List<String> modelOf(Path child) {
    String name = child.getFileName().toString();
    for (String part : PARTS) {
      if (name.endsWith(part)) {
        return List.of(name.substring(0, name.length() - part.length()));
      }
    }
    return Files.exists(child.resolve(ModelFolders.PROFILE)) ? List.of(name) : List.of();
  }
}
