package io.vignette.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/**
 * A virtual environment of Python with the packages of requirement files.
 *
 * <p>Made on first use, and anew when a requirement changes. Where it can't be made, tests that
 * need it are skipped with the reason; where {@code VIGNETTE_SKIP_NOTHING} is set they fail. Not
 * for several processes at once.
 */
public final class PythonVenv {
  private static final long COMMAND_MINUTES_MAX = 5;

  private final Path folder;

  private PythonVenv(Path folder) {
    this.folder = folder;
  }

  /**
   * The environment in {@code folder}; blocks while it is made.
   *
   * @param requirements files as pip reads them
   */
  public static PythonVenv required(Path folder, List<Path> requirements) {
    PythonVenv venv = new PythonVenv(folder);
    try {
      venv.install(requirements);
      return venv;
    } catch (IOException e) {
      String problem = "no Python for this test: " + e.getMessage();
      if (System.getenv("VIGNETTE_SKIP_NOTHING") != null) {
        throw new UncheckedIOException(problem, e);
      }
      throw new TestAbortedException(problem, e);
    }
  }

  /** A program of the environment: {@code python}, or one that a package brings. */
  public Path program(String name) {
    return folder.resolve("bin").resolve(name);
  }

  /**
   * Runs a command to its end.
   *
   * @throws IOException with what it wrote, if it fails or takes longer than five minutes
   */
  public static void run(List<String> command) throws IOException {
    Path log = Files.createTempFile("vignette-python", ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (!process.waitFor(COMMAND_MINUTES_MAX, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException(command + ": not done after " + COMMAND_MINUTES_MAX + " minutes");
      }
      if (process.exitValue() != 0) {
        throw new IOException(command + ": " + Files.readString(log, UTF_8).strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(command + ": interrupted", e);
    } finally {
      Files.deleteIfExists(log);
    }
  }

  private void install(List<Path> requirements) throws IOException {
    StringBuilder wanted = new StringBuilder();
    for (Path file : requirements) {
      wanted.append(Files.readString(file));
    }
    Path stamp = folder.resolve("stamp");
    if (Files.exists(stamp) && Files.readString(stamp).contentEquals(wanted)) {
      return;
    }
    run(List.of(python(), "-m", "venv", "--clear", folder.toString()));
    List<String> pip =
        new ArrayList<>(
            List.of(
                program("python").toString(),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check"));
    requirements.forEach(file -> pip.addAll(List.of("-r", file.toString())));
    run(pip);
    Files.writeString(stamp, wanted);
  }

  private static String python() {
    String named = System.getenv("PYTHON");
    return named == null ? "python3" : named;
  }
}
