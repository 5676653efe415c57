package io.vignette.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The golden files written by the reference image processor, see {@code model-tools/tests/data}.
 */
public final class Goldens {
  private Goldens() {}

  public static Path folder(String name) {
    return Path.of(System.getProperty("vignette.root", ".."))
        .resolve("model-tools/tests/data")
        .resolve(name);
  }

  public static byte[] bytes(String folder, String name) {
    try {
      return Files.readAllBytes(folder(folder).resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The pictures to decode, without the files that say what comes out. */
  public static List<String> pictures() {
    try (Stream<Path> files = Files.list(folder("decode"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".md"))
          .filter(name -> !name.matches(".*\\.(expected|transposed|scaled)\\.png"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
