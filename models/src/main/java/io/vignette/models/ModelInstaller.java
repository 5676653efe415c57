package io.vignette.models;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies models into a repository, whole or not at all.
 *
 * <p>A model is checked where it comes from and again as it was copied, before it takes its place.
 * A process killed in between leaves a hidden folder, and at worst parts without their whole, which
 * loading the repository reports; adding the model again mends it. Not thread-safe.
 */
public final class ModelInstaller {
  private final Path repository;

  /**
   * @param repository created if it doesn't exist
   */
  public ModelInstaller(Path repository) {
    this.repository = repository;
  }

  /**
   * Adds all models of a repository folder, or the one whose own folder (with its {@code
   * profile.yaml}) is given.
   *
   * @param replace whether a model of the same name may be replaced
   * @return what was added, as it lies in the repository
   * @throws InvalidModelException if a model is invalid, or its name taken; nothing is changed
   * @throws IOException if copying fails; what was there before stays, except where only the last
   *     step failed
   */
  public List<Model> add(Path from, boolean replace) throws InvalidModelException, IOException {
    List<Model> found = modelsOf(from.toAbsolutePath().normalize());
    for (Model model : found) {
      refuseIfTaken(model.name(), replace);
    }
    Files.createDirectories(repository);
    Path staging = Files.createTempDirectory(repository, ".adding-");
    try {
      for (Model model : found) {
        copyParts(sourceOf(model), staging.resolve("new"), model.name());
      }
      ModelRepository.load(staging.resolve("new"));
      for (Model model : found) {
        takeItsPlace(staging, model.name());
      }
    } finally {
      deleteTree(staging);
    }
    List<Model> added = new ArrayList<>();
    for (Model model : found) {
      added.add(new ModelFolders(repository, model.name()).load());
    }
    return added;
  }

  private static List<Model> modelsOf(Path from) throws InvalidModelException {
    Path parent = from.getParent();
    if (parent != null && Files.exists(from.resolve(ModelFolders.PROFILE))) {
      return List.of(new ModelFolders(parent, from.getFileName().toString()).load());
    }
    return ModelRepository.load(from).models();
  }

  private void refuseIfTaken(String name, boolean replace) throws InvalidModelException {
    Path place = repository.resolve(name);
    if (!replace && Files.exists(place)) {
      throw new InvalidModelException(
          place, "is there already (expected: a new name, or that it may be replaced)");
    }
  }

  /** The repository that a model was loaded from. */
  private static Path sourceOf(Model model) {
    Path ensemble = model.tokenizerFile().toAbsolutePath().getParent();
    if (ensemble == null || ensemble.getParent() == null) {
      throw new IllegalStateException(model.tokenizerFile() + " lies in no repository");
    }
    return ensemble.getParent();
  }

  private static void copyParts(Path from, Path to, String name) throws IOException {
    for (String part : ModelFolders.partsOf(name)) {
      copyTree(from.resolve(part), to.resolve(part));
    }
  }

  /** The ensemble last: without it the parts are served to nobody. */
  private void takeItsPlace(Path staging, String name) throws IOException {
    Path old = Files.createDirectories(staging.resolve("old"));
    for (String part : ModelFolders.partsOf(name)) {
      Path place = repository.resolve(part);
      if (Files.exists(place)) {
        Files.move(place, old.resolve(part));
      }
      Files.move(staging.resolve("new").resolve(part), place);
    }
  }

  /** With what links point to, and empty folders: Triton wants a version folder in an ensemble. */
  private static void copyTree(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, to.resolve(from.relativize(file)));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void deleteTree(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
