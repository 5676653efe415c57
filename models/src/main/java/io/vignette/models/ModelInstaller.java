package io.vignette.models;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
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
 * <p>A model is checked where it comes from and again as it was copied, before it takes its place;
 * if it can't take it, everything is moved back. A process killed in between leaves a hidden folder
 * {@code .adding-*} with what was there before, and at worst parts without their whole, which
 * loading the repository reports; adding the model again, to be replaced, mends it. Not
 * thread-safe.
 */
public final class ModelInstaller {
  private static final Logger LOG = System.getLogger(ModelInstaller.class.getName());

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
   * @param replace whether models of the same names may be replaced
   * @return what was added, as it lies in the repository
   * @throws InvalidModelException if a model is invalid, or its name or a part's taken; nothing is
   *     changed
   * @throws IOException if copying fails; nothing is changed, unless the message says where what
   *     was there before now lies
   */
  public List<Model> add(Path from, boolean replace) throws InvalidModelException, IOException {
    List<Model> found = modelsOf(from.toRealPath());
    if (!replace) {
      for (Model model : found) {
        refuseIfTaken(model.name());
      }
    }
    Files.createDirectories(repository);
    Path staging = Files.createTempDirectory(repository, ".adding-");
    Path copy = staging.resolve("new");
    Moves moves = new Moves(Files.createDirectory(staging.resolve("old")));
    try {
      for (Model model : found) {
        copyParts(sourceOf(model), copy, model.name());
      }
      ModelRepository.load(copy);
      for (Model model : found) {
        takeItsPlace(copy, model.name(), replace, moves);
      }
    } catch (IOException | InvalidModelException e) {
      moves.undo(e);
      throw e;
    } finally {
      if (!moves.areHalfUndone()) {
        cleanUp(staging);
      }
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

  private void refuseIfTaken(String name) throws InvalidModelException {
    for (String part : ModelFolders.partsOf(name).reversed()) {
      Path place = repository.resolve(part);
      if (Files.exists(place)) {
        throw new InvalidModelException(
            place, "is there already (expected: a name that is new, unless it may be replaced)");
      }
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
  private void takeItsPlace(Path copy, String name, boolean replace, Moves moves)
      throws IOException {
    for (String part : ModelFolders.partsOf(name)) {
      Path place = repository.resolve(part);
      if (replace && Files.exists(place)) {
        moves.putAside(place);
      }
      moves.move(copy.resolve(part), place);
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

  /** What was added stays added, whatever is left lying about. */
  private static void cleanUp(Path staging) {
    try {
      deleteTree(staging);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "model repository: {0} could not be deleted: {1}", staging, e);
    }
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
