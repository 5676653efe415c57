package io.vignette.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vignette.broker.BrokerConfig;
import io.vignette.broker.EmbeddedBroker;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.testkit.Pictures;
import io.vignette.testkit.ResultsReader;
import io.vignette.wire.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateway and workers as processes of their own, against a broker outside of them. */
class ServicesIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int PICTURES = 300;

  @TempDir Path folder;

  private final List<AutoCloseable> running = new ArrayList<>();
  private int kafkaPort;

  @BeforeEach
  void choosePort() throws IOException {
    kafkaPort = ServiceProcess.freePort();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable part : running.reversed()) {
      part.close();
    }
  }

  @Test
  void everyPictureIsAnsweredOnceThoughAWorkerIsKilled() throws Exception {
    startBroker();
    ServiceProcess gateway = gateway().awaitReady();
    ServiceProcess doomed = worker().awaitReady();
    ServiceProcess other = worker().awaitReady();
    List<String> ids = new CopyOnWriteArrayList<>();
    CompletableFuture<Void> submitting = CompletableFuture.runAsync(() -> submitAll(gateway, ids));
    await().atMost(PATIENCE).until(() -> ids.size() > PICTURES / 3);

    doomed.kill();
    assertThat(ids).as("work to come").hasSizeLessThan(PICTURES);
    submitting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(answered(gateway, ids)).isEqualTo(PICTURES));
    assertThat(other.process().isAlive()).as(other::log).isTrue();
    // The ledger's transaction ends a moment after the gateway's own table knows.
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(results()).containsExactlyInAnyOrderElementsOf(ids));
  }

  @Test
  void servicesWaitForKafkaAndOutliveItsAbsence() throws Exception {
    ServiceProcess gateway = gateway();
    ServiceProcess worker = worker();
    await().atMost(PATIENCE).until(() -> gateway.listens() && worker.listens());

    HttpResponse<String> early = submit(gateway, picture());
    assertThat(early.statusCode()).as(early.body()).isEqualTo(503);
    assertThat(early.headers().firstValue("Retry-After")).isPresent();
    assertThat(gateway.isReady()).isFalse();
    assertThat(worker.isReady()).isFalse();

    EmbeddedBroker broker = startBroker();
    gateway.awaitReady();
    worker.awaitReady();
    String first = accepted(submit(gateway, picture()));
    awaitAnswer(gateway, first);

    broker.close();
    await().atMost(PATIENCE).until(() -> !gateway.isReady());
    HttpResponse<String> late = submit(gateway, picture());
    assertThat(late.statusCode()).as(late.body()).isEqualTo(503);
    assertThat(late.headers().firstValue("Retry-After")).isPresent();

    startBroker();
    gateway.awaitReady();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(submit(gateway, picture()).statusCode()).isEqualTo(202));
    awaitAnswer(gateway, accepted(submit(gateway, picture())));
    assertThat(gateway.get("/v1/captions/" + first).body()).contains("SUCCEEDED");
  }

  @Test
  void aGatewayWhoseLedgerGivesUpEndsSoThatItsSupervisorStartsItAgain() throws Exception {
    startBroker(
        Map.of(
            "authorizer.class.name",
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found",
            "true"));
    ServiceProcess gateway = gateway().awaitReady();
    // Ready to take jobs is earlier: the ledger may be about to fold for the first time.
    await().atMost(PATIENCE).until(() -> gateway.get("/q/health/started").statusCode() == 200);

    denyEvents();

    assertThat(gateway.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(gateway.process().exitValue()).as(gateway.log()).isEqualTo(1);
    assertThat(gateway.log()).contains("CAP-1015 ledger has given up, only a restart helps");
  }

  @Test
  void aGatewayThatStopsAnswersWhoWaits() throws Exception {
    startBroker();
    ServiceProcess gateway = gateway().awaitReady(); // And no worker.
    await().atMost(PATIENCE).until(() -> gateway.get("/q/health/started").statusCode() == 200);
    CompletableFuture<HttpResponse<String>> waiting =
        gateway.postAndWait("/v1/captions", Messages.request(picture()));
    await()
        .atMost(PATIENCE)
        .until(() -> gateway.get("/q/metrics").body().contains("vignette_table_jobs_watched 1.0"));

    gateway.process().destroy();

    HttpResponse<String> answer = waiting.get(20, TimeUnit.SECONDS);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(gateway.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(gateway.log()).doesNotContain("\tat ");
  }

  /** From now on nobody may read events of jobs. */
  private void denyEvents() throws Exception {
    ResourcePattern events =
        new ResourcePattern(ResourceType.TOPIC, "pictures.job-events", PatternType.LITERAL);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + kafkaPort))) {
      admin
          .createAcls(
              List.of(
                  new AclBinding(
                      events,
                      new AccessControlEntry(
                          "User:ANONYMOUS", "*", AclOperation.READ, AclPermissionType.DENY))))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  private EmbeddedBroker startBroker() {
    return startBroker(Map.of());
  }

  private EmbeddedBroker startBroker(Map<String, String> overrides) {
    EmbeddedBroker broker =
        EmbeddedBroker.start(new BrokerConfig(folder.resolve("kafka"), kafkaPort, overrides));
    running.add(broker);
    return broker;
  }

  private ServiceProcess gateway() {
    ServiceProcess gateway = ServiceProcess.gateway(folder, shared());
    running.add(gateway);
    return gateway;
  }

  private ServiceProcess worker() {
    Map<String, String> variables = new HashMap<>(shared());
    variables.put("VIGNETTE_ENGINE_KIND", "onnx");
    variables.put("VIGNETTE_ENGINE_ONNX_THREADS_PER_BATCH", "1");
    ServiceProcess worker = ServiceProcess.worker(folder, variables);
    running.add(worker);
    return worker;
  }

  private Map<String, String> shared() {
    return Map.of(
        "KAFKA_BOOTSTRAP_SERVERS",
        "127.0.0.1:" + kafkaPort,
        "VIGNETTE_KAFKA_TOPIC_PREFIX",
        "pictures",
        "VIGNETTE_BLOB_STORE_FOLDER",
        folder.resolve("blobs").toString());
  }

  private void submitAll(ServiceProcess gateway, List<String> ids) {
    try {
      for (Path file : pictures()) {
        ids.add(accepted(submit(gateway, Files.readAllBytes(file))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> pictures() throws IOException {
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    new Pictures(31).writeMixed(pictures, PICTURES, 200, 150);
    // A bitmap that is too large for Kafka takes the way by the shared folder.
    ImageIO.write(
        new Pictures(34).draw(700, 500), "bmp", pictures.resolve("picture-00002.bmp").toFile());
    try (Stream<Path> files = Files.list(pictures)) {
      return files.toList();
    }
  }

  private byte[] picture() throws IOException {
    Path pictures = Files.createDirectories(folder.resolve("picture"));
    new Pictures(32).writeMixed(pictures, 1, 200, 150);
    try (Stream<Path> files = Files.list(pictures)) {
      return Files.readAllBytes(files.findFirst().orElseThrow());
    }
  }

  private static HttpResponse<String> submit(ServiceProcess gateway, byte[] picture)
      throws IOException {
    return gateway.post("/v1/captions", Messages.request(picture));
  }

  private static String accepted(HttpResponse<String> response) throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    return JSON.readTree(response.body()).path("id").asText();
  }

  private static void awaitAnswer(ServiceProcess gateway, String id) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(gateway.get("/v1/captions/" + id).body())
                    .contains("\"state\":\"SUCCEEDED\""));
  }

  private static long answered(ServiceProcess gateway, List<String> ids) throws IOException {
    long count = 0;
    for (String id : ids) {
      if (gateway.get("/v1/captions/" + id).body().contains("\"state\":\"SUCCEEDED\"")) {
        count++;
      }
    }
    return count;
  }

  /** The ids of all results there are. */
  private List<String> results() {
    return ResultsReader.readAll("127.0.0.1:" + kafkaPort, new Topics("pictures")).stream()
        .map(CaptionResult::getJobId)
        .toList();
  }
}
