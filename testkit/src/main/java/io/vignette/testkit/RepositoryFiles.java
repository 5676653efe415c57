package io.vignette.testkit;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the repository's own files are, whatever folder a test runs in. */
public final class RepositoryFiles {

  private RepositoryFiles() {}

  /** The repository's root: system property {@code vignette.root}, or the nearest one above. */
  public static Path root() {
    String configured = System.getProperty("vignette.root");
    if (configured != null) {
      return Path.of(configured);
    }
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("mvnw"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException(
          "repository root: not found above " + Path.of("").toAbsolutePath());
    }
    return folder;
  }

  /** The bundled pictures. */
  public static Path samples() {
    return root().resolve("samples");
  }

  /** The bundled model repository. */
  public static Path models() {
    return root().resolve("triton-models");
  }

  /** Golden data written by the Python tools: {@code resize/}, {@code decode/} and JSON files. */
  public static Path golden() {
    return root().resolve("model-tools/tests/data");
  }
}
