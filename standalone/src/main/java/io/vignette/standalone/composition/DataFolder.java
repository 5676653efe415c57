package io.vignette.standalone.composition;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a system keeps its data: a folder the user named, which stays, or a private one, which is
 * deleted on close.
 *
 * <p>A process holds a lock in its private folder; those that nobody holds are deleted by the first
 * start that finds them unchanged for a minute. Their process's id in the name proves nothing
 * alone: in another container it is another's.
 */
final class DataFolder implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
  private static final String PREFIX = "vignette-run-";
  private static final String LOCK = "in-use.lock";

  /** Until then a folder that nobody holds may be one whose process is about to take its lock. */
  private static final Duration TAKEN_WITHIN = Duration.ofMinutes(1);

  private static final Duration DELETE_PATIENCE = Duration.ofSeconds(2);
  private static final Duration DELETE_PAUSE = Duration.ofMillis(5);

  /** Folders that this process has locked. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;

  /** Held until the folder is deleted; only a private one has it. */
  private final @Nullable FileChannel lock;

  private DataFolder(Path folder, @Nullable FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /** A new one is its owner's alone: it holds pictures, and the secret of the deployment. */
  private static Path made(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return folder;
    }
    boolean hasOwners = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    Files.createDirectories(folder.getParent());
    return hasOwners
        ? Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
        : Files.createDirectory(folder);
  }

  static DataFolder open(Optional<Path> named) throws SystemException {
    try {
      if (named.isPresent()) {
        return new DataFolder(made(named.get().toAbsolutePath()), null);
      }
      deleteLeftovers();
      Path made = Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-");
      FileChannel lock = FileChannel.open(made.resolve(LOCK), CREATE, WRITE);
      HELD.add(made.toAbsolutePath());
      take(lock);
      return new DataFolder(made, lock);
    } catch (IOException e) {
      throw SystemException.unusable(
          "data folder: "
              + named.map(Path::toString).orElse(System.getProperty("java.io.tmpdir"))
              + " can't be used (expected: a folder that can be written): "
              + e.getMessage(),
          e);
    }
  }

  /** Some file systems have no locks: then the folder is as one of before there were any. */
  private static void take(FileChannel lock) {
    try {
      lock.lock();
    } catch (IOException e) {
      LOG.debug("data folder: no lock: {}", e.toString());
    }
  }

  private static void deleteLeftovers() throws IOException {
    Path temp = Path.of(System.getProperty("java.io.tmpdir"));
    List<Path> dead;
    try (Stream<Path> folders = Files.list(temp)) {
      dead = folders.filter(DataFolder::isLeftover).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    dead.forEach(DataFolder::deleteTree);
    EngineLibraries.deleteLeftovers(temp);
  }

  private static boolean isLeftover(Path folder) {
    String name = folder.getFileName().toString();
    if (!name.startsWith(PREFIX)) {
      return false;
    }
    String pid = name.substring(PREFIX.length()).split("-", -1)[0];
    return pid.matches("\\d{1,18}") && isOurs(folder) && isUnused(folder, Long.parseLong(pid));
  }

  /**
   * The lock says so; a process's number may be that of another, as that of every container's
   * first.
   */
  private static boolean isUnused(Path folder, long pid) {
    // Looking at a lock of this process would give it up; and one is made a moment after its
    // folder.
    if (HELD.contains(folder.toAbsolutePath()) || !isOlderThan(folder, TAKEN_WITHIN)) {
      return false;
    }
    try (FileChannel lock = FileChannel.open(folder.resolve(LOCK), WRITE)) {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // Somebody's in this process.
    } catch (NoSuchFileException e) {
      return ProcessHandle.of(pid).isEmpty();
    } catch (IOException e) {
      LOG.debug("data folder {}: {}", folder, e.toString());
      return false;
    }
  }

  static boolean isOlderThan(Path folder, Duration age) {
    try {
      return Files.getLastModifiedTime(folder).toInstant().isBefore(Instant.now().minus(age));
    } catch (IOException e) {
      LOG.debug("data folder {}: {}", folder, e.toString());
      return false;
    }
  }

  /** Another user's is that user's to delete: only our own can't be changed under our hands. */
  static boolean isOurs(Path folder) {
    try {
      return !Files.isSymbolicLink(folder)
          && Files.getOwner(folder).getName().equals(System.getProperty("user.name"));
    } catch (IOException e) {
      LOG.debug("data folder {}: {}", folder, e.toString());
      return false;
    }
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  /**
   * A folder of this process alone, empty. What an earlier process left in it is deleted: only for
   * whoever knows that there is no other process with this data.
   */
  Path emptied(String name) {
    Path scratch = path(name);
    deleteTree(scratch);
    return scratch;
  }

  @Override
  public void close() {
    if (lock == null) {
      return;
    }
    try {
      lock.close(); // Some systems delete no file that is open.
    } catch (IOException e) {
      LOG.debug("data folder {}: {}", folder, e.toString());
    }
    deleteTree(folder);
    HELD.remove(folder.toAbsolutePath());
  }

  /** Again and again for a while, because the broker's threads may still write into it. */
  private static void deleteTree(Path tree) {
    long end = System.nanoTime() + DELETE_PATIENCE.toNanos();
    IOException failure = tryToDelete(tree);
    while (failure != null && isWrittenTo(failure) && System.nanoTime() < end) {
      LockSupport.parkNanos(DELETE_PAUSE.toNanos());
      failure = tryToDelete(tree);
    }
    if (failure != null) {
      LOG.warn("data folder {} could not be deleted: {}", tree, failure.toString());
    }
  }

  /** Null if it is gone. */
  private static @Nullable IOException tryToDelete(Path tree) {
    if (!Files.exists(tree)) {
      return null;
    }
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
      return null;
    } catch (IOException e) {
      return e;
    } catch (UncheckedIOException e) {
      return e.getCause();
    }
  }

  /** A file appeared or vanished meanwhile. */
  private static boolean isWrittenTo(IOException failure) {
    return failure instanceof DirectoryNotEmptyException || failure instanceof NoSuchFileException;
  }
}
