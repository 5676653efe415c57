package io.vignette.system;

import io.vignette.broker.BrokerConfig;
import io.vignette.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A Kafka broker as a process of its own, so that it can be stopped in the midst of its work. */
final class KafkaProcess implements AutoCloseable {
  private final Path folder;
  private final int port;
  private Process process;

  private KafkaProcess(Path folder, int port) {
    this.folder = folder;
    this.port = port;
    this.process = begin();
  }

  /** The process itself. Arguments: data folder, port. */
  public static void main(String[] args) throws InterruptedException {
    Path data = Path.of(args[0]);
    int port = Integer.parseInt(args[1]);
    try (EmbeddedBroker broker = EmbeddedBroker.start(new BrokerConfig(data, port, Map.of()))) {
      broker.ready().toCompletableFuture().join();
      new CountDownLatch(1).await();
    }
  }

  /** Starts one whose files are in {@code folder}. Clients wait until it answers. */
  static KafkaProcess start(Path folder, int port) {
    return new KafkaProcess(folder, port);
  }

  private Process begin() {
    try {
      // Whatever it has to say: a pipe that nobody reads would stop it.
      Path log = Files.createTempFile(folder, "kafka", ".log");
      return new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:+UseSerialGC",
              "-Xmx512m",
              "-cp",
              System.getProperty("java.class.path"),
              KafkaProcess.class.getName(),
              folder.resolve("kafka").toString(),
              Integer.toString(port))
          .redirectErrorStream(true)
          .redirectOutput(log.toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGSTOP: connections stay, nothing is answered. */
  void pause() {
    signal("-STOP");
  }

  /** SIGCONT. */
  void resume() {
    signal("-CONT");
  }

  /** SIGKILL: connections are refused. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Starts it again after {@link #kill()}, with the files that it left. */
  void restart() {
    process = begin();
  }

  private void signal(String name) {
    Command.run(
        Path.of("/"),
        Map.of(),
        Duration.ofSeconds(10),
        List.of("kill", name, Long.toString(process.pid())));
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
  }
}
