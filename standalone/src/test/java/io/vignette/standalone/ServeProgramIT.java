package io.vignette.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vignette.standalone.RunningProgram.Ended;
import io.vignette.testkit.RepositoryFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vignette serve} as a process: REST, page, metrics, results. */
class ServeProgramIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Path SAMPLE =
      RepositoryFiles.samples().resolve("blue-star-above-orange-square.png");
  private static final String CAPTION =
      "a small blue star above a small orange square on a gray background";

  @TempDir static Path folder;

  private static final Running SERVE = new Running();

  /** The program of this class, started once. */
  private static final class Running {
    private final java.util.concurrent.atomic.AtomicReference<RunningProgram> program =
        new java.util.concurrent.atomic.AtomicReference<>();
    private final java.util.concurrent.atomic.AtomicInteger port =
        new java.util.concurrent.atomic.AtomicInteger();
  }

  @BeforeAll
  static void start() throws IOException {
    SERVE.port.set(freePort());
    SERVE.program.set(serve(folder, SERVE.port.get()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  private static RunningProgram serve(Path in, int port, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("serve", "--port", Integer.toString(port)));
    arguments.addAll(List.of(options));
    RunningProgram program = RunningProgram.start(in, arguments.toArray(String[]::new));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> program.out().contains("Ctrl-C stops it") || !program.process().isAlive());
    assertThat(program.process().isAlive()).as(program.err()).isTrue();
    return program;
  }

  @AfterAll
  static void stop() throws Exception {
    RunningProgram program = SERVE.program.get();
    stop(program);
    program.close();
  }

  private static void stop(RunningProgram program) throws InterruptedException, IOException {
    program.process().destroy();
    assertThat(program.process().waitFor()).as(program.err()).isZero();
  }

  @Test
  void aWaitedForJsonSubmissionReturnsItsCaption() throws Exception {
    HttpResponse<String> response = post(body(), "wait=20");

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body()).contains(CAPTION);
  }

  @Test
  void anAcceptedJobCanBeLookedUpAtOnceAndEndsSucceeded() throws Exception {
    HttpResponse<String> accepted = post(body(), "");

    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
    String location = accepted.headers().firstValue("Location").orElseThrow();
    URI job = uri("/").resolve(location);
    assertThat(get(job).statusCode()).isEqualTo(200);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(JSON.readTree(get(job).body()).path("state").asText())
                    .isEqualTo("SUCCEEDED"));
  }

  @Test
  void anUploadReturnsItsCaption() throws Exception {
    String boundary = "part-of-a-form";
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    form.writeBytes(
        ("--"
                + boundary
                + "\r\nContent-Disposition: form-data; name=\"image\"; filename=\"s.png\"\r\n"
                + "Content-Type: image/png\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    form.writeBytes(Files.readAllBytes(SAMPLE));
    form.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));

    HttpResponse<String> response =
        CLIENT.send(
            HttpRequest.newBuilder(uri("/v1/captions"))
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .header("Prefer", "wait=20")
                .POST(HttpRequest.BodyPublishers.ofByteArray(form.toByteArray()))
                .build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body()).contains(CAPTION);
  }

  @Test
  void errorsAreProblemsWithAReasonCode() throws Exception {
    HttpResponse<String> unknown = get(uri("/v1/captions/" + UUID.randomUUID()));
    assertProblem(unknown, 404, "job.not_found");
    assertProblem(post("{\"image\":", ""), 400, "request.invalid");
    assertProblem(
        post("{\"model\":\"gpt-9\",\"image\":{\"data\":\"AAAA\"}}", ""), 422, "model.unknown");
  }

  private static void assertProblem(HttpResponse<String> response, int status, String code)
      throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .contains("application/problem+json");
    JsonNode problem = JSON.readTree(response.body());
    assertThat(problem.path("code").asText()).isEqualTo(code);
  }

  /** A gauge whose object nobody else keeps is a number until the garbage is collected. */
  @Test
  void metricsOfOursAreNumbersAfterAGarbageCollection() throws Exception {
    SERVE.program.get().jcmd("GC.run");

    assertThat(get(uri("/q/metrics")).body().lines())
        .filteredOn(line -> line.startsWith("vignette_"))
        .anyMatch(line -> line.startsWith("vignette_queue_jobs"))
        .anyMatch(line -> line.startsWith("vignette_engine_busy_ratio"))
        .noneMatch(line -> line.startsWith("vignette_engine_ready"))
        .noneMatch(line -> line.endsWith("NaN"));
  }

  @Test
  void pageModelsHealthMetricsAndOpenApiAnswer() throws Exception {
    assertThat(get(uri("/")).body()).contains("Vignette");
    assertThat(get(uri("/v1/models")).body()).contains("tiny-blip2");
    assertThat(get(uri("/q/health/live")).statusCode()).isEqualTo(200);
    assertThat(get(uri("/q/health/ready")).statusCode()).isEqualTo(200);
    assertThat(get(uri("/q/health/started")).statusCode()).isEqualTo(200);
    assertThat(get(uri("/q/metrics")).body()).contains("vignette");
    assertThat(get(uri("/q/openapi")).body()).contains("/v1/captions");
  }

  @Test
  void pagesOfOtherSitesNeitherSubmitNorRead() throws Exception {
    HttpResponse<String> submitted =
        CLIENT.send(
            HttpRequest.newBuilder(uri("/v1/captions"))
                .header("Content-Type", "application/json")
                .header("Origin", "https://evil.example")
                .POST(HttpRequest.BodyPublishers.ofString(body()))
                .build(),
            HttpResponse.BodyHandlers.ofString());

    assertProblem(submitted, 403, "access.cross_site");
    assertThat(read("evil.example", "/v1/models")).startsWith("HTTP/1.1 421 ");
    assertThat(read("localhost", "/v1/models")).startsWith("HTTP/1.1 200 ");
  }

  /** With a Host that Java's client would not send. */
  private static String read(String host, String path) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", SERVE.port.get())) {
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                  .formatted(path, host)
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void resultsPrintsTheOutputTopic() throws Exception {
    post(body(), "wait=20");

    Ended results = RunningProgram.run(folder, "results", "--limit", "1");

    assertThat(results.exitCode()).as(results.err()).isZero();
    assertThat(results.out()).contains(CAPTION);
    assertThat(results.out().lines()).hasSize(1);
  }

  @Test
  void aJobOfBeforeIsKnownAfterARestart(@TempDir Path other) throws Exception {
    Path data = other.resolve("kept data");
    int port = freePort();
    URI job;
    try (RunningProgram first = serve(other, port, "--data-dir", data.toString())) {
      URI submissions = URI.create("http://127.0.0.1:" + port + "/v1/captions");
      HttpResponse<String> answered =
          CLIENT.send(
              HttpRequest.newBuilder(submissions)
                  .header("Content-Type", "application/json")
                  .header("Prefer", "wait=20")
                  .POST(HttpRequest.BodyPublishers.ofString(body()))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answered.statusCode()).as(answered.body()).isEqualTo(200);
      job = submissions.resolve("captions/" + JSON.readTree(answered.body()).path("id").asText());
      stop(first);
    }
    assertThat(data.resolve("table/job-table.checkpoint")).isNotEmptyFile();

    try (RunningProgram again = serve(other, port, "--data-dir", data.toString())) {
      assertThat(get(job).body()).contains(CAPTION);
      stop(again);
    }
  }

  @Test
  void whereNoKeysAreConfiguredTheExampleHasNone() throws IOException {
    assertThat(SERVE.program.get().out()).contains("curl -s -F image=@").doesNotContain("Bearer");
  }

  @Test
  void resultsOfAFolderThatNobodyServesAreRefused() throws Exception {
    Ended results = RunningProgram.run(folder, "results", "--data-dir", "elsewhere");

    assertThat(results.exitCode()).isEqualTo(2);
    assertThat(results.err()).contains("elsewhere").contains("--bootstrap");
  }

  private static String body() throws IOException {
    return JSON.writeValueAsString(
        JSON.createObjectNode()
            .set(
                "image",
                JSON.createObjectNode()
                    .put("data", Base64.getEncoder().encodeToString(Files.readAllBytes(SAMPLE)))));
  }

  private static HttpResponse<String> post(String body, String prefer) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri("/v1/captions"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!prefer.isEmpty()) {
      request.header("Prefer", prefer);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(URI uri) throws Exception {
    return CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static URI uri(String path) {
    return URI.create("http://127.0.0.1:" + SERVE.port.get() + path);
  }
}
