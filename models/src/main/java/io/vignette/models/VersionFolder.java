package io.vignette.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The newest numbered version folder of a Triton model: the one that Triton serves by default. */
record VersionFolder(Path folder) {
  /** Triton ignores names with a leading zero; nine digits fit an int. */
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");

  static VersionFolder newestOf(Path modelFolder) throws InvalidModelException {
    try (Stream<Path> children = Files.list(modelFolder)) {
      return children
          .filter(child -> VERSION.matcher(child.getFileName().toString()).matches())
          .filter(Files::isDirectory)
          .max(Comparator.comparingInt(VersionFolder::number))
          .map(VersionFolder::new)
          .orElseThrow(
              () ->
                  new InvalidModelException(
                      modelFolder, "version folder: none (expected: a number, such as 1)"));
    } catch (IOException e) {
      throw new InvalidModelException(modelFolder, "cannot be listed: " + e, e);
    }
  }

  String version() {
    return folder.getFileName().toString();
  }

  Path requireFile(String name) throws InvalidModelException {
    Path file = folder.resolve(name);
    if (!Files.isReadable(file) || !Files.isRegularFile(file)) {
      throw new InvalidModelException(file, "no such file, or not readable");
    }
    return file;
  }

  private static int number(Path folder) {
    return Integer.parseInt(folder.getFileName().toString());
  }
}
