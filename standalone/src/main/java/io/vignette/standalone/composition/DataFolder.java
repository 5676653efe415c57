package io.vignette.standalone.composition;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a system keeps its data: a folder the user named, which stays, or a private one, which is
 * deleted on close.
 *
 * <p>Private folders carry their process's id in the name; those of processes that no longer exist
 * are deleted by the next start.
 */
final class DataFolder implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
  private static final String PREFIX = "vignette-run-";

  private final Path folder;
  private final boolean isPrivate;

  private DataFolder(Path folder, boolean isPrivate) {
    this.folder = folder;
    this.isPrivate = isPrivate;
  }

  static DataFolder open(Optional<Path> named) throws SystemException {
    try {
      if (named.isPresent()) {
        return new DataFolder(Files.createDirectories(named.get().toAbsolutePath()), false);
      }
      deleteLeftovers();
      return new DataFolder(
          Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-"), true);
    } catch (IOException e) {
      throw SystemException.unusable(
          "data folder: "
              + named.map(Path::toString).orElse(System.getProperty("java.io.tmpdir"))
              + " can't be used (expected: a folder that can be written): "
              + e.getMessage(),
          e);
    }
  }

  private static void deleteLeftovers() throws IOException {
    Path temp = Path.of(System.getProperty("java.io.tmpdir"));
    List<Path> dead;
    try (Stream<Path> folders = Files.list(temp)) {
      dead = folders.filter(DataFolder::isLeftover).toList();
    }
    dead.forEach(DataFolder::deleteTree);
  }

  private static boolean isLeftover(Path folder) {
    String name = folder.getFileName().toString();
    if (!name.startsWith(PREFIX)) {
      return false;
    }
    String pid = name.substring(PREFIX.length()).split("-", -1)[0];
    return pid.matches("\\d{1,18}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty();
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  @Override
  public void close() {
    if (isPrivate) {
      deleteTree(folder);
    }
  }

  private static void deleteTree(Path tree) {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      LOG.warn("data folder {} could not be deleted: {}", tree, e.getMessage());
    }
  }
}
