package io.vignette.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A child process on core 1 whose engine threads, if it has any, are moved to core 0.
 *
 * <p>Linux only: uses {@code taskset} (util-linux) and {@code /proc}. The engine's threads are
 * known by their name, which the JVM hands to the kernel (first 15 characters).
 */
final class PinnedProcess implements AutoCloseable {

  private static final String ENGINE_THREAD = "onnx-inference-".substring(0, 15);
  private static final String ENGINE_CORE = "0";
  private static final String OTHER_CORE = "1";
  private static final String ONE_ENGINE_THREAD =
      "-Dvignette.engine.onnx.threads-per-batch=1 -Dvignette.engine.onnx.batches-at-once=1";

  private final Process process;
  private final Path log;

  private PinnedProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static PinnedProcess start(List<String> command, Path log) throws IOException {
    return start(OTHER_CORE, command, log);
  }

  /** On another core than usual. */
  static PinnedProcess start(String core, List<String> command, Path log) throws IOException {
    List<String> pinned = new ArrayList<>(List.of("taskset", "-c", core));
    pinned.addAll(command);
    ProcessBuilder process =
        new ProcessBuilder(pinned).redirectErrorStream(true).redirectOutput(log.toFile());
    // What is there already is what is being measured.
    process
        .environment()
        .merge("VIGNETTE_JAVA_OPTS", ONE_ENGINE_THREAD, (wanted, ours) -> ours + " " + wanted);
    return new PinnedProcess(process.start(), log);
  }

  /** Waits until the engine's thread exists and moves it; the rest stays where it is. */
  void pinEngine() throws IOException, InterruptedException {
    Optional<String> thread = engineThread();
    while (thread.isEmpty()) {
      if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("process ended before its engine started");
      }
      thread = engineThread();
    }
    Process taskset =
        new ProcessBuilder("taskset", "-cp", ENGINE_CORE, thread.get())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (taskset.waitFor() != 0) {
      throw new IllegalStateException("taskset: thread " + thread.get() + " could not be moved");
    }
  }

  private Optional<String> engineThread() throws IOException {
    Path tasks = Path.of("/proc", Long.toString(process.pid()), "task");
    if (!Files.isDirectory(tasks)) {
      return Optional.empty();
    }
    try (Stream<Path> threads = Files.list(tasks)) {
      return threads
          .filter(PinnedProcess::isEngine)
          .map(thread -> thread.getFileName().toString())
          .findFirst();
    }
  }

  private static boolean isEngine(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).startsWith(ENGINE_THREAD);
    } catch (IOException e) {
      // The thread ended between listing and reading.
      return false;
    }
  }

  /**
   * What stands behind {@code start} in the first line of the log that begins with it; waits for
   * it.
   */
  String awaitLine(String start) throws IOException, InterruptedException {
    boolean ended = false;
    while (!ended) {
      ended = hasEndedWithin(200);
      for (String line : Files.readAllLines(log)) {
        if (line.startsWith(start)) {
          return line.substring(start.length());
        }
      }
    }
    throw new IllegalStateException("no " + start + " in " + log);
  }

  long pid() {
    return process.pid();
  }

  /** Waits that long at most. */
  boolean hasEndedWithin(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  int waitFor() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
