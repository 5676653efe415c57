package io.vignette.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/** A copy of the bundled model repository, with empty graphs, that a test may damage. */
record RepositoryCopy(Path folder) {
  static final String MODEL = "tiny-blip2";

  static Path bundled() {
    return Path.of(System.getProperty("vignette.root"), "triton-models");
  }

  static RepositoryCopy in(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(bundled())) {
      files
          .filter(Files::isRegularFile)
          .filter(file -> bundled().relativize(file).toString().startsWith(MODEL))
          .forEach(file -> copy(file, folder));
    }
    return new RepositoryCopy(folder);
  }

  private static void copy(Path file, Path folder) {
    Path target = folder.resolve(bundled().relativize(file));
    try {
      Files.createDirectories(target.getParent());
      if (file.toString().endsWith(".onnx")) {
        Files.createFile(target);
      } else {
        Files.copy(file, target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path file(String path) {
    return folder.resolve(path);
  }

  /** Replaces the first occurrence, which must exist. */
  RepositoryCopy replace(String path, String from, String to) throws IOException {
    String text = Files.readString(file(path));
    if (!text.contains(from)) {
      throw new IllegalArgumentException(path + " does not contain " + from);
    }
    int at = text.indexOf(from);
    Files.writeString(file(path), text.substring(0, at) + to + text.substring(at + from.length()));
    return this;
  }

  RepositoryCopy delete(String path) throws IOException {
    Files.walkFileTree(
        file(path),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }
        });
    return this;
  }

  RepositoryCopy write(String path, String text) throws IOException {
    Files.createDirectories(file(path).getParent());
    Files.writeString(file(path), text);
    return this;
  }
}
