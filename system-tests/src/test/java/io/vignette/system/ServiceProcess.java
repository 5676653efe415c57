package io.vignette.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.testkit.RepositoryFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A packaged service as a process of its own, configured by variables alone. */
final class ServiceProcess implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final int port;
  private final Path log;

  private ServiceProcess(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  static ServiceProcess gateway(Path folder, Map<String, String> variables) {
    return start("gateway-service", folder, variables);
  }

  static ServiceProcess worker(Path folder, Map<String, String> variables) {
    return start("worker-service", folder, variables);
  }

  private static ServiceProcess start(String module, Path folder, Map<String, String> variables) {
    Path jar = RepositoryFiles.root().resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx" + variables.getOrDefault("TEST_HEAP", "512m"),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                jar.toString()));
    try {
      int port = freePort();
      Path log = Files.createTempFile(folder, module, ".log");
      Map<String, String> own = new HashMap<>(variables);
      own.put("QUARKUS_HTTP_PORT", Integer.toString(port));
      own.put("VIGNETTE_MODELS_FOLDER", RepositoryFiles.models().toString());
      // What the developer's shell sets for the program would be unknown to a service.
      builder.environment().keySet().removeIf(name -> name.startsWith("VIGNETTE_"));
      builder.environment().putAll(own);
      builder.redirectErrorStream(true).redirectOutput(log.toFile()).directory(folder.toFile());
      return new ServiceProcess(builder.start(), port, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Free a moment ago: the services must be told one, and can't tell which they took. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  ServiceProcess awaitReady() {
    await()
        .atMost(START_TIMEOUT)
        .pollInterval(Duration.ofMillis(200))
        .failFast("ended: " + log, () -> !process.isAlive())
        .until(this::isReady);
    return this;
  }

  boolean isReady() {
    try {
      return get("/q/health/ready").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether it answers at all. */
  boolean listens() {
    try {
      return get("/q/health/live").statusCode() > 0;
    } catch (IOException e) {
      return false;
    }
  }

  HttpResponse<String> get(String path) throws IOException {
    return send(request(path).GET());
  }

  HttpResponse<String> post(String path, String json) throws IOException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /** Where the job can be looked up that the request has become. */
  String submit(String request) throws IOException {
    HttpResponse<String> accepted = post("/v1/captions", request);
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
    return accepted.headers().firstValue("Location").orElseThrow();
  }

  /** The answer of a request that waits for its result for a minute. */
  CompletableFuture<HttpResponse<String>> postAndWait(String path, String json) {
    HttpRequest request =
        request(path)
            .header("Content-Type", "application/json")
            .header("Prefer", "wait=60")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(90));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  Process process() {
    return process;
  }

  /** SIGSTOP: what it holds it keeps. */
  void pause() {
    Command.run(
        Path.of("/"),
        Map.of(),
        Duration.ofSeconds(10),
        List.of("kill", "-STOP", Long.toString(process.pid())));
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  /** SIGTERM, and SIGKILL if that is not enough. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
