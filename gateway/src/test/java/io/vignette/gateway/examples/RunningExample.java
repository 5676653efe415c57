package io.vignette.gateway.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An example that runs until it is told to end, and the lines it has printed so far. */
final class RunningExample {
  private static final long EXIT_SECONDS = 30;

  private final Process process;
  private final Path output;
  private final Path errors;

  private RunningExample(Process process, Path output, Path errors) {
    this.process = process;
    this.output = output;
    this.errors = errors;
  }

  static RunningExample start(ProcessBuilder command, Path folder) throws IOException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    Path errors = Files.createTempFile(folder, "errors", ".txt");
    Process process =
        command.redirectOutput(output.toFile()).redirectError(errors.toFile()).start();
    return new RunningExample(process, output, errors);
  }

  List<String> lines() {
    return text(output).lines().toList();
  }

  /** What it said on its way, for the message of a test that fails. */
  String errors() {
    return text(errors);
  }

  /** SIGTERM, as a container's end is; returns when it has ended. */
  void end() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the example did not end in " + EXIT_SECONDS + " s: " + errors());
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
