package io.vignette.ledger.topology;

import static org.awaitility.Awaitility.await;

import io.vignette.testkit.BrokerProcess;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.wire.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A packaged gateway, whose ledger is one of a group. */
final class GatewayProcess implements LedgerMember {
  private final Process process;

  private GatewayProcess(Process process) {
    this.process = process;
  }

  /** Returns when its ledger runs and its table is loaded. */
  static GatewayProcess start(Path jar, String bootstrapServers, Topics topics, Path folder)
      throws IOException {
    int port = BrokerProcess.freePort();
    ProcessBuilder gateway =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-jar",
            jar.toString());
    gateway
        .environment()
        .putAll(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", bootstrapServers,
                "VIGNETTE_KAFKA_TOPIC_PREFIX", topics.prefix(),
                "VIGNETTE_LEDGER_STATE_DIR", folder.resolve("ledger").toString(),
                "VIGNETTE_STATUS_STATE_DIR", folder.resolve("table").toString(),
                "VIGNETTE_BLOB_STORE_FOLDER", folder.resolve("blobs").toString(),
                "VIGNETTE_MODELS_FOLDER",
                    RepositoryFiles.root().resolve("triton-models").toString(),
                "VIGNETTE_LEDGER_JSON_RESULTS", "true",
                "QUARKUS_HTTP_PORT", Integer.toString(port)));
    Process process =
        gateway
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    await().atMost(Duration.ofMinutes(2)).until(() -> hasStarted(port) || !process.isAlive());
    if (!process.isAlive()) {
      throw new IOException("gateway: ended with " + process.exitValue());
    }
    return new GatewayProcess(process);
  }

  private static boolean hasStarted(int port) throws InterruptedException {
    URI started = URI.create("http://127.0.0.1:" + port + "/q/health/started");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
              .send(HttpRequest.newBuilder(started).build(), HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false; // It does not listen yet.
    }
  }

  @Override
  public Process process() {
    return process;
  }
}
