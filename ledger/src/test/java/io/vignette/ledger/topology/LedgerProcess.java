package io.vignette.ledger.topology;

import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A ledger in a process of its own, with JSON results, so that it can be killed. */
public final class LedgerProcess implements LedgerMember {

  private static final String RUNNING = "running";

  private final Process process;

  private LedgerProcess(Process process) {
    this.process = process;
  }

  /** Arguments: bootstrap servers, topic prefix, state folder. Ends only by being killed. */
  public static void main(String[] args) throws InterruptedException {
    Topics topics = new Topics(args[1]);
    Ledger ledger =
        new Ledger(
            KafkaConnection.plaintext(args[0]),
            topics,
            LedgerConfig.of(topics, Path.of(args[2])).withJsonResults(true));
    ledger.start();
    ledger.running().thenRun(() -> System.out.println(RUNNING));
    new CountDownLatch(1).await();
  }

  /** Returns when the ledger runs. */
  static LedgerProcess start(String bootstrapServers, Topics topics, Path stateDir)
      throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                LedgerProcess.class.getName(),
                bootstrapServers,
                topics.prefix(),
                stateDir.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    LedgerProcess ledger = new LedgerProcess(process);
    ledger.awaitRunning();
    return ledger;
  }

  private void awaitRunning() throws IOException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    if (!RUNNING.equals(line)) {
      throw new IOException("ledger process: " + line + " (expected: " + RUNNING + ")");
    }
  }

  @Override
  public Process process() {
    return process;
  }
}
