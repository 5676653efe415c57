package io.vignette.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A program of this machine that is run to its end. */
final class Command {
  private Command() {}

  /** What it said, both streams together. Throws with that if it fails or takes too long. */
  static String run(
      Path folder, Map<String, String> variables, Duration timeout, List<String> line) {
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.directory(folder.toFile()).environment().putAll(variables);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      CompletableFuture<String> said = CompletableFuture.supplyAsync(() -> text(process));
      boolean ended = process.waitFor(timeout.toSeconds(), TimeUnit.SECONDS);
      if (!ended) {
        // Children first: they hold the pipe open.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
      if (!ended || process.exitValue() != 0) {
        throw new AssertionError(
            String.join(" ", line)
                + (ended ? " ended with " + process.exitValue() : " took longer than " + timeout)
                + ":\n"
                + said.join());
      }
      return said.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(String.join(" ", line) + " was interrupted", e);
    }
  }

  private static String text(Process process) {
    try {
      return new String(process.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
