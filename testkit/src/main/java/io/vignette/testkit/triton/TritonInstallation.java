package io.vignette.testkit.triton;

import io.vignette.testkit.RepositoryFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The real server's files on this machine, installed by {@code docker/triton-cpu/install.sh}.
 *
 * <p>Installed once per machine, in the user's cache folder ({@code TRITON_HOME} names another);
 * test JVMs that come at the same time wait for the first. Thread-safe.
 */
final class TritonInstallation {

  private static final long INSTALL_MINUTES = 10;

  private final Optional<String> problem;

  private TritonInstallation(Optional<String> problem) {
    this.problem = problem;
  }

  /** This machine's, installed on first use; blocks meanwhile. */
  static TritonInstallation get() {
    return Holder.INSTALLED;
  }

  /** Why there is none; empty = it is there. */
  Optional<String> problem() {
    return problem;
  }

  void require() {
    if (problem.isPresent()) {
      throw new IllegalStateException(
          "Triton is not installed (expected: installed): " + problem.get());
    }
  }

  /** The command that serves a repository; arguments as documented there. */
  static Path serveCommand() {
    return scripts().resolve("serve.sh");
  }

  static Path home() {
    String home = System.getenv("TRITON_HOME");
    if (home != null) {
      return Path.of(home);
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    Path caches =
        cache != null ? Path.of(cache) : Path.of(System.getProperty("user.home"), ".cache");
    return caches.resolve("vignette").resolve("triton-cpu");
  }

  private static Path scripts() {
    return RepositoryFiles.root().resolve("docker").resolve("triton-cpu");
  }

  private static TritonInstallation install() {
    try {
      return new TritonInstallation(run());
    } catch (IOException e) {
      return new TritonInstallation(Optional.of(e.toString()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new TritonInstallation(Optional.of("interrupted while installing"));
    }
  }

  private static Optional<String> run() throws IOException, InterruptedException {
    Path log = Files.createTempFile("vignette-triton-install", ".log");
    Process process =
        new ProcessBuilder(scripts().resolve("install.sh").toString(), home().toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly();
    }
    String said = Files.readString(log, StandardCharsets.UTF_8).strip();
    Files.delete(log);
    if (ended && process.exitValue() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        ended ? said : "install.sh: not done after " + INSTALL_MINUTES + " minutes: " + said);
  }

  private static final class Holder {
    private static final TritonInstallation INSTALLED = install();
  }
}
