package io.vignette.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.testkit.Pictures;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the services do and log while Kafka is away: stopped in mid-work, or gone. */
class KafkaAbsenceIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration AWAY = Duration.ofSeconds(30);
  private static final int LINES_MAX = 20;

  /** Less than the 30 s for which a producer holds a record; more than a loaded machine needs. */
  private static final Duration REFUSAL_MAX = Duration.ofSeconds(20);

  private static final String UNKNOWN = "/v1/captions/6ba7b810-9dad-51d1-80b4-00c04fd430c8";

  @TempDir Path folder;

  private final List<AutoCloseable> running = new ArrayList<>();
  private KafkaProcess kafka;
  private ServiceProcess gateway;
  private ServiceProcess worker;
  private String request;

  @BeforeEach
  void start() throws Exception {
    int port = ServiceProcess.freePort();
    kafka = KafkaProcess.start(folder, port);
    running.add(kafka);
    Map<String, String> variables = new HashMap<>();
    variables.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + port);
    variables.put("VIGNETTE_BLOB_STORE_FOLDER", folder.resolve("blobs").toString());
    // Says with a stack trace that the machine is slow, which is nothing of Kafka's.
    variables.put("QUARKUS_VERTX_MAX_EVENT_LOOP_EXECUTE_TIME", "60s");
    gateway = ServiceProcess.gateway(folder, variables);
    running.add(gateway);
    variables.put("VIGNETTE_ENGINE_KIND", "onnx");
    variables.put("VIGNETTE_ENGINE_ONNX_THREADS_PER_BATCH", "1");
    worker = ServiceProcess.worker(folder, variables);
    running.add(worker);
    request = Messages.request(image());
    gateway.awaitReady();
    worker.awaitReady();
    awaitAnswer();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable part : running.reversed()) {
      part.close();
    }
  }

  @Test
  void brokerThatHangsIsAnAbsence() throws Exception {
    absence(kafka::pause, kafka::resume);
  }

  @Test
  void brokerThatIsGoneIsAnAbsence() throws Exception {
    absence(kafka::kill, kafka::restart);
  }

  /** Something that changes whether Kafka answers. */
  @FunctionalInterface
  private interface Change {
    void make() throws InterruptedException;
  }

  private void absence(Change leave, Change comeBack) throws Exception {
    long gatewayLines = lines(gateway);
    long workerLines = lines(worker);
    leave.make();

    // Handed to Kafka's client before anybody knows: answered when the absence is known.
    HttpResponse<String> first = refused();
    assertThat(first.body()).contains("queue.unavailable", "the job may have been written");
    await().atMost(PATIENCE).until(() -> !gateway.isReady() && !worker.isReady());
    assertThat(refused().body()).contains("queue.unavailable", "Kafka does not answer");
    HttpResponse<String> unknown = gateway.get(UNKNOWN);
    assertThat(unknown.statusCode()).as(unknown.body()).isEqualTo(503);
    await()
        .during(AWAY)
        .atMost(PATIENCE)
        .until(() -> !gateway.isReady() && !worker.isReady() && areAlive());

    assertThat(lines(gateway) - gatewayLines).as(gateway::log).isBetween(1L, (long) LINES_MAX);
    assertThat(lines(worker) - workerLines).as(worker::log).isBetween(1L, (long) LINES_MAX);

    comeBack.make();
    gateway.awaitReady();
    worker.awaitReady();
    awaitAnswer();
    assertThat(gateway.log()).contains("kafka: answers again after");
    assertThat(worker.log()).contains("CAP-1018 kafka: answers again after");
  }

  private HttpResponse<String> refused() throws IOException {
    long begin = System.nanoTime();
    HttpResponse<String> answer = gateway.post("/v1/captions", request);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(took).isLessThan(REFUSAL_MAX);
    return answer;
  }

  private boolean areAlive() throws IOException {
    return gateway.get("/q/health/live").statusCode() == 200
        && worker.get("/q/health/live").statusCode() == 200;
  }

  /** Submits until a job is taken, and waits for its caption. */
  private void awaitAnswer() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              HttpResponse<String> taken = gateway.post("/v1/captions", request);
              assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
              String job = taken.headers().firstValue("Location").orElseThrow();
              await()
                  .atMost(PATIENCE)
                  .until(() -> gateway.get(job).body().contains("\"state\":\"SUCCEEDED\""));
            });
  }

  private static long lines(ServiceProcess service) {
    return service.log().lines().count();
  }

  private byte[] image() throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    new Pictures(33).writeMixed(images, 1, 200, 150);
    try (Stream<Path> files = Files.list(images)) {
      return Files.readAllBytes(files.findFirst().orElseThrow());
    }
  }
}
