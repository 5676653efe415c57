package io.vignette.worker.engine.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.worker.engine.openai.OpenAiSettings.Limits;
import io.vignette.worker.engine.openai.OpenAiSettings.Timeouts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A real vLLM that {@code docker/vllm-cpu/suite} runs, and starts again when it ends. */
final class VllmServer {
  static final Duration RESTART = Duration.ofMinutes(4);

  private final URI endpoint = OpenAiSettings.endpoint(variable("VIGNETTE_VLLM_ENDPOINT"));
  private final String model = variable("VIGNETTE_VLLM_MODEL");
  private final Path pidFile = Path.of(variable("VIGNETTE_VLLM_PID_FILE"));
  private final HttpClient client = HttpClient.newHttpClient();
  final String secret = read(Path.of(variable("VIGNETTE_VLLM_KEY_FILE")));

  private static String variable(String name) {
    String value = System.getenv(name);
    if (value == null) {
      throw new IllegalStateException(name + ": not set (expected: by docker/vllm-cpu/suite)");
    }
    return value;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  OpenAiSettings settings() {
    return settings(model, Optional.of(ApiKey.of(secret, "the test")), Duration.ofMinutes(2));
  }

  OpenAiSettings settings(String name, Optional<ApiKey> key, Duration request) {
    return new OpenAiSettings(
        endpoint,
        name,
        key,
        24,
        new Timeouts(Duration.ofSeconds(5), request, RESTART),
        Limits.DEFAULT);
  }

  String model() {
    return model;
  }

  /** The sum of a metric's values whose labels contain {@code label}. */
  double metric(String name, String label) throws Exception {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(endpoint.resolve("/metrics")).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return response
        .body()
        .lines()
        .filter(line -> line.startsWith(name + "{") && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  ProcessHandle process() {
    return ProcessHandle.of(Long.parseLong(read(pidFile))).orElseThrow();
  }

  /** The process that computes; the other one speaks HTTP. */
  ProcessHandle computing() {
    return process()
        .descendants()
        .filter(child -> child.info().totalCpuDuration().orElse(Duration.ZERO).toSeconds() >= 2)
        .findFirst()
        .orElseThrow();
  }

  /** Kills the server; it comes back by itself. */
  void kill() {
    ProcessHandle victim = process();
    victim.descendants().forEach(ProcessHandle::destroyForcibly);
    victim.destroyForcibly();
    await().until(() -> !victim.isAlive());
  }

  /** Sends {@code STOP} or {@code CONT} to the server and its children. */
  void signal(String name) throws Exception {
    ProcessHandle server = process();
    signal(name, server.pid());
    for (ProcessHandle child : server.descendants().toList()) {
      signal(name, child.pid());
    }
  }

  private static void signal(String name, long pid) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }
}
