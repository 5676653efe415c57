package io.vignette.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.State;
import io.vignette.testkit.NeedsDocker;
import io.vignette.testkit.Pictures;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.testkit.ResultsReader;
import io.vignette.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole system in containers, through an operator's bad day. One system for all tests, in
 * order: whatever was accepted by any of them is answered exactly once when the last one ends.
 */
@NeedsDocker
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ComposeIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String KEY = "a key that only this test knows";
  private static final String SAMPLE = "blue-square-left-of-blue-star.png";
  private static final Topics TOPICS = new Topics("vignette");
  private static final int PICTURES = 60;
  private static final String PUT_OFF =
      "vignette_worker_jobs_total{outcome=\"retry\",reason=\"store.unavailable\"";

  private final List<String> accepted = new ArrayList<>();
  private int events;
  private Compose compose;
  private GatewayClient gateway;
  private List<byte[]> pictures;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    compose = new Compose(RepositoryFiles.root(), Files.write(folder.resolve("keys"), keys()));
    gateway = new GatewayClient(compose.gatewayPort(), KEY);
    pictures = pictures(folder);
    compose.build();
    compose.remove(); // What a run that was broken off left.
    compose.up(1);
  }

  private static byte[] keys() throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(KEY.getBytes(UTF_8));
    return ("tests sha256:" + HexFormat.of().formatHex(hash) + "\n").getBytes(UTF_8);
  }

  /** Small ones travel in the job, a bitmap of 700 × 500 is a blob between gateway and workers. */
  private static List<byte[]> pictures(Path folder) throws IOException {
    Pictures source = new Pictures(61);
    List<byte[]> pictures = new ArrayList<>();
    for (Path small : source.writeMixed(folder, PICTURES, 200, 150)) {
      pictures.add(Files.readAllBytes(small));
    }
    for (Path large : source.writeMixed(folder, 4, 700, 500)) {
      pictures.add(Files.readAllBytes(large));
    }
    return pictures;
  }

  @AfterAll
  void stop() {
    if (compose != null) {
      System.out.println(compose.logs());
      compose.remove();
    }
  }

  @Test
  @Order(1)
  void aPictureIsCaptionedForWhoHasAKey() throws Exception {
    byte[] picture = Files.readAllBytes(RepositoryFiles.samples().resolve(SAMPLE));

    String id = gateway.submit(picture);
    accepted.add(id);

    awaitAnswers();
    assertThat(gateway.status(id).path("caption").asText())
        .isEqualTo("a large blue square to the left of a small blue star on a white background");
    assertThat(gateway.statusWithoutKey("/v1/captions/" + id)).isEqualTo(401);
  }

  @Test
  @Order(2)
  void imageEventsBecomeJobs() throws Exception {
    byte[] picture = Files.readAllBytes(RepositoryFiles.samples().resolve(SAMPLE));
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", compose.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      // The first twice: a repeated event is the same job.
      for (String event : List.of("1", "2", "3", "1")) {
        producer.send(Messages.event(event, picture)).get(30, TimeUnit.SECONDS);
      }
    }
    events += 3;

    awaitAnswers();
  }

  @Test
  @Order(3)
  void threeWorkersShareThreePartitions() throws Exception {
    compose.up(3);

    // Who is ready has not always been given a partition yet.
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              submitAll();
              awaitAnswers();
              return results().stream().map(CaptionResult::getWorker).distinct().count() >= 3;
            });
  }

  @Test
  @Order(4)
  void aKilledWorkerCostsNothing() throws Exception {
    // While Triton holds still, workers hold jobs.
    compose.pause("triton");
    submitAll();
    String victim =
        await()
            .atMost(PATIENCE)
            .until(() -> workerWith("vignette_worker_jobs_in_flight"), Optional::isPresent)
            .orElseThrow();

    compose.kill(victim);
    compose.unpause("triton");

    awaitAnswers();
    assertThat(compose.containers("worker")).hasSize(2);
    assertThat(workerWith("vignette_worker_leases_redelivered_total"))
        .as("who was given what the victim held")
        .isPresent();
  }

  @Test
  @Order(5)
  void aKilledTritonCostsTime() throws Exception {
    submitAll();
    compose.kill(compose.containers("triton").getFirst());
    submitAll();
    assertThat(answered()).as("answers while Triton is dead").isZero();
    compose.start("triton");

    awaitAnswers();
  }

  @Test
  @Order(6)
  void everyPanelOfTheDashboardShowsSomething() throws Exception {
    compose.up("prometheus");

    // A rate needs two scrapes.
    try (Prometheus prometheus = new Prometheus(compose.prometheusPort())) {
      for (String query : Prometheus.dashboard()) {
        await(query).atMost(PATIENCE).until(() -> prometheus.knows(query));
      }
    }
  }

  @Test
  @Order(7)
  void uploadsWaitForTheirStore() throws Exception {
    compose.stop("worker");
    submitAll();
    compose.stop("s3");

    compose.up("worker");
    await().atMost(PATIENCE).until(() -> workerWith(PUT_OFF), Optional::isPresent);
    compose.start("s3");

    awaitAnswers();
  }

  @Test
  @Order(8)
  void jobsOutliveARestartOfEverything() throws Exception {
    compose.stop("worker");
    submitAll();

    compose.down();
    compose.up(2);

    awaitAnswers();
    for (String id : accepted) {
      assertThat(gateway.status(id).path("state").asText()).as(id).isEqualTo("SUCCEEDED");
    }
  }

  private void submitAll() throws IOException {
    for (byte[] picture : pictures) {
      accepted.add(gateway.submit(picture));
    }
  }

  /** One for which the metrics whose lines start like this aren't 0. */
  private Optional<String> workerWith(String metric) {
    return compose.containers("worker").stream()
        .filter(worker -> compose.workerMetric(worker, metric) > 0)
        .findFirst();
  }

  /** Of the jobs that were submitted last, how many are answered. */
  private long answered() {
    Set<String> answered = answeredIds();
    return accepted.subList(accepted.size() - pictures.size(), accepted.size()).stream()
        .filter(answered::contains)
        .count();
  }

  private Set<String> answeredIds() {
    return results().stream().map(CaptionResult::getJobId).collect(Collectors.toSet());
  }

  private List<CaptionResult> results() {
    return ResultsReader.readAll(compose.bootstrapServers(), TOPICS);
  }

  /** All that was accepted ever: answered, with a caption, once. */
  private void awaitAnswers() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () ->
                assertThat(answeredIds()).hasSize(accepted.size() + events).containsAll(accepted));
    List<CaptionResult> results = results();
    assertThat(results).hasSize(accepted.size() + events);
    assertThat(results)
        .allSatisfy(result -> assertThat(result.getState()).isEqualTo(State.SUCCEEDED));
  }
}
