package io.vignette.testkit;

import io.vignette.broker.BrokerConfig;
import io.vignette.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A real broker in a process of its own, at a fixed address, so that it can be killed, paused and
 * started again on the same folder.
 *
 * <p>Not thread-safe.
 */
public final class BrokerProcess implements AutoCloseable {
  private final Path folder;
  private final int port;
  private Process process;

  private BrokerProcess(Path folder, int port) {
    this.folder = folder;
    this.port = port;
    this.process = launch(folder, port);
  }

  /** Starts a broker on {@code folder}; it answers some seconds later. */
  public static BrokerProcess start(Path folder, int port) {
    return new BrokerProcess(folder, port);
  }

  /** A port that was free a moment ago. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Arguments: data folder, port. Ends only by a signal. */
  public static void main(String[] args) throws InterruptedException {
    EmbeddedBroker broker =
        EmbeddedBroker.start(
            new BrokerConfig(Path.of(args[0]), Integer.parseInt(args[1]), Map.of()));
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-close"));
    broker.ready().toCompletableFuture().join();
    new CountDownLatch(1).await();
  }

  private static Process launch(Path folder, int port) {
    try {
      return new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx256m",
              "-XX:+UseSerialGC",
              "-cp",
              System.getProperty("java.class.path"),
              BrokerProcess.class.getName(),
              folder.toString(),
              Integer.toString(port))
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code 127.0.0.1:port}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** SIGKILL: nothing is flushed, nobody is told. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** SIGTERM, as a rolling restart does. */
  public void stop() {
    process.destroy();
    process.onExit().join();
  }

  /** Starts it again after {@link #kill} or {@link #stop}, at the same address. */
  public void startAgain() {
    process = launch(folder, port);
  }

  /** SIGSTOP: its connections stay open and nobody answers. */
  public void pause() {
    Signals.send(process, "STOP");
  }

  /** SIGCONT. */
  public void resume() {
    Signals.send(process, "CONT");
  }

  @Override
  public void close() {
    kill();
  }
}
