package io.vignette.testkit.triton;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The server's process and the backend processes below it, which outlive it when it is killed.
 *
 * <p>Thread-safe.
 */
final class ServerProcess {

  private static final Duration END_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(10);

  private final Process process;

  private ServerProcess(Process process) {
    this.process = process;
  }

  /** Starts a server; it isn't ready yet. */
  static ServerProcess launch(ServerFiles files, TritonPorts ports, TritonOptions options) {
    List<String> command = new ArrayList<>();
    command.add(TritonInstallation.serveCommand().toString());
    command.add(files.repository().toString());
    command.addAll(ports.arguments());
    command.add("--backend-config=python,shm-region-prefix-name=" + files.regionPrefix());
    command.addAll(options.arguments());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(files.log().toFile()));
    builder.environment().putAll(options.environment());
    builder.environment().put("TRITON_HOME", TritonInstallation.home().toString());
    try {
      return new ServerProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException("Triton could not be started", e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Asks it to end, and waits until all its processes have. */
  void terminate() {
    List<ProcessHandle> all = all();
    process.destroy();
    awaitEnd(all);
  }

  /** SIGKILL for all its processes, the server first, and waits until they are gone. */
  void kill() {
    List<ProcessHandle> all = all();
    all.forEach(ProcessHandle::destroyForcibly);
    awaitEnd(all);
  }

  /** SIGKILL for the process that computes {@code model}, and waits until it is gone. */
  void killBackend(String model) {
    List<ProcessHandle> backends =
        process.descendants().filter(handle -> computes(handle, model)).toList();
    if (backends.isEmpty()) {
      throw new IllegalStateException("backend process of " + model + ": none");
    }
    backends.forEach(ProcessHandle::destroyForcibly);
    awaitEnd(backends);
  }

  /** SIGSTOP or SIGCONT for all its processes. */
  void signal(String name) {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    all().forEach(handle -> command.add(Long.toString(handle.pid())));
    try {
      int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException(command + ": exit status " + exit + " (expected: 0)");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(command.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(command + ": interrupted", e);
    }
  }

  private List<ProcessHandle> all() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  /** The backend's program gets the name of its instance, model_0_0 for the first. */
  private static boolean computes(ProcessHandle handle, String model) {
    return handle.info().arguments().stream()
        .flatMap(Arrays::stream)
        .anyMatch(argument -> argument.matches("\\Q" + model + "\\E(_\\d+)+"));
  }

  private static void awaitEnd(List<ProcessHandle> handles) {
    await()
        .atMost(END_TIMEOUT)
        .pollInterval(POLL)
        .until(() -> handles.stream().allMatch(ServerProcess::hasEnded));
  }

  /** Nobody may have asked for its exit status: the server never does for its backends. */
  private static boolean hasEnded(ProcessHandle handle) {
    if (!handle.isAlive()) {
      return true;
    }
    try {
      String stat = Files.readString(Path.of("/proc/" + handle.pid() + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
    } catch (IOException e) {
      return !handle.isAlive();
    }
  }
}
