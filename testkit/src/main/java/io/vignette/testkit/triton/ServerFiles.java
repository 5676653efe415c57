package io.vignette.testkit.triton;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A server's private folder: its copy of the model repository and its log; and its regions of
 * shared memory, which a killed server leaves behind.
 */
final class ServerFiles {

  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final int LINES_QUOTED = 40;

  private final Path folder;

  private ServerFiles(Path folder) {
    this.folder = folder;
  }

  static ServerFiles create(TritonOptions options) throws IOException {
    ServerFiles files = new ServerFiles(Files.createTempDirectory("vignette-triton-"));
    copy(options.repository(), files.repository());
    for (TritonOptions.Doctor doctor : options.doctors()) {
      doctor.treat(files.repository());
    }
    return files;
  }

  Path repository() {
    return folder.resolve("models");
  }

  Path log() {
    return folder.resolve("server.log");
  }

  /** Begins the names of this server's regions of shared memory. */
  String regionPrefix() {
    return folder.getFileName() + "-";
  }

  /** The end of the log, for a message. */
  String quotedLog() {
    try {
      List<String> lines = Files.exists(log()) ? Files.readAllLines(log()) : List.of();
      int from = Math.max(0, lines.size() - LINES_QUOTED);
      return "end of " + log() + ":\n" + String.join("\n", lines.subList(from, lines.size()));
    } catch (IOException e) {
      return log() + ": " + e;
    }
  }

  void deleteRegions() {
    if (!Files.isDirectory(SHARED_MEMORY)) {
      return;
    }
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(SHARED_MEMORY, regionPrefix() + "*")) {
      for (Path region : left) {
        Files.deleteIfExists(region);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("shared memory of " + folder + ": could not be deleted", e);
    }
  }

  void delete() {
    deleteRegions();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": could not be deleted", e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}
