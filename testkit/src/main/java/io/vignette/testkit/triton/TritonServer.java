package io.vignette.testkit.triton;

import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import io.vignette.proto.inference.ModelStatistics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A real Triton server on this machine's processor, as a process that tests may kill, pause and
 * start again.
 *
 * <pre>
 *   start() → running ⇄ paused      pause(), resume()
 *             running → down        kill(), stop(); also out of paused: kill()
 *             down    → running     restart(), on the same ports
 *             any     → closed      close()
 * </pre>
 *
 * <p>Serves a copy of the model repository on free ports of the loopback interface. Its processes
 * end with the JVM. Not thread-safe, but for {@link #grpcEndpoint()}. Tests that use it are {@link
 * NeedsTriton}.
 */
public final class TritonServer implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(120);
  private static final Duration UNLOAD_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int START_ATTEMPTS = 3;

  private final TritonOptions options;
  private final ServerFiles files;
  private final TritonPorts ports;
  private final TritonControl control;
  private final Thread shutdownHook;
  private ServerProcess process;

  private TritonServer(TritonOptions options, ServerFiles files, TritonPorts ports) {
    this.options = options;
    this.files = files;
    this.ports = ports;
    control = new TritonControl(ports);
    process = ServerProcess.launch(files, ports, options);
    shutdownHook = new Thread(this::killAndDelete, "triton-server-stop");
    Runtime.getRuntime().addShutdownHook(shutdownHook);
  }

  /** True if a server can be started here; installs it on first use, which may take a minute. */
  public static boolean isAvailable() {
    return TritonInstallation.get().problem().isEmpty();
  }

  /**
   * Starts a server and waits until it is ready.
   *
   * @throws IllegalStateException quoting the log if it doesn't become ready
   */
  public static TritonServer start(TritonOptions options) {
    TritonInstallation.get().require();
    try {
      return start(options, START_ATTEMPTS);
    } catch (IOException e) {
      throw new UncheckedIOException("Triton could not be started", e);
    }
  }

  private static TritonServer start(TritonOptions options, int attempts) throws IOException {
    TritonServer server =
        new TritonServer(options, ServerFiles.create(options), TritonPorts.free());
    try {
      server.awaitReady();
      return server;
    } catch (IllegalStateException e) {
      boolean portTaken = e.getMessage() != null && e.getMessage().contains("in use");
      server.close();
      if (portTaken && attempts > 1) {
        return start(options, attempts - 1);
      }
      throw e;
    }
  }

  /** Address of the gRPC interface, {@code host:port}. */
  public String grpcEndpoint() {
    return ports.grpcEndpoint();
  }

  /** The server's own copy of the model repository: changes count from the next load on. */
  public Path repository() {
    return files.repository();
  }

  /** What all starts of this server have printed. */
  public Path log() {
    return files.log();
  }

  /** Waits until the server calls itself ready: alive, and all models of its command loaded. */
  public void awaitReady() {
    try {
      await().atMost(START_TIMEOUT).pollInterval(POLL).until(() -> isReadyOrDead());
    } catch (ConditionTimeoutException e) {
      throw new IllegalStateException(
          "Triton: not ready after " + START_TIMEOUT + "; " + files.quotedLog(), e);
    }
    if (!process.isAlive()) {
      throw new IllegalStateException("Triton: ended before it was ready; " + files.quotedLog());
    }
  }

  private boolean isReadyOrDead() {
    return !process.isAlive() || control.isReady();
  }

  /** True if the server calls {@code model} ready, which it also does when its backend is dead. */
  public boolean isReady(String model) {
    return control.isReady(model);
  }

  /** Whether its process lives. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** What the server has counted for {@code model} since it was started or the model loaded. */
  public ModelStatistics statistics(String model) {
    return control.statistics(model);
  }

  /** All metrics, in Prometheus's text format. */
  public String metricsText() {
    return control.metricsText();
  }

  /** SIGKILL for the server and its backend processes. */
  public void kill() {
    process.kill();
    files.deleteRegions();
  }

  /** SIGTERM: the server ends its running work first. */
  public void stop() {
    process.terminate();
  }

  /** Starts it again on the same ports and waits until it is ready; kills it first if it runs. */
  public void restart() {
    kill();
    process = ServerProcess.launch(files, ports, options);
    awaitReady();
  }

  /** SIGSTOP: connections stay open, nothing answers. */
  public void pause() {
    process.signal("STOP");
  }

  /**
   * SIGCONT after {@link #pause()}. This release of the server may die right after it, of requests
   * whose deadline has passed meanwhile (triton-inference-server/server issue 7368): then {@link
   * #isAlive} says so, and whoever supervises it starts it again.
   */
  public void resume() {
    process.signal("CONT");
  }

  /** SIGKILL for the process that computes {@code model}; the server never replaces it. */
  public void killBackend(String model) {
    process.killBackend(model);
  }

  /** Loads {@code model}, again if it is loaded, and waits until it is ready. */
  public void load(String model) {
    control.load(model);
  }

  /** Unloads {@code model} and what it is an ensemble of, and waits until it is gone. */
  public void unload(String model) {
    control.unload(model);
    await().atMost(UNLOAD_TIMEOUT).pollInterval(POLL).until(() -> isGone(model));
  }

  private boolean isGone(String model) {
    try {
      return !control.isReady(model);
    } catch (StatusRuntimeException e) {
      return true;
    }
  }

  /** Kills the server and deletes its files. */
  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(shutdownHook);
    killAndDelete();
  }

  private void killAndDelete() {
    process.kill();
    files.delete();
  }
}
