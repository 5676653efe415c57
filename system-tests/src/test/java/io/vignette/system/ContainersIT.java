package io.vignette.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vignette.testkit.NeedsDocker;
import io.vignette.testkit.RepositoryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** The services as processes, with Kafka and Triton in the containers that compose runs. */
@NeedsDocker
class ContainersIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long SHARED_MEMORY_BYTES = 1L << 30;

  @TempDir Path folder;

  @BeforeAll
  static void buildTriton() {
    docker("compose", "--profile", "cpu", "--progress", "quiet", "build", "triton");
  }

  @Test
  void aPictureGoesThroughKafkaAndTriton() throws Exception {
    try (KafkaContainer kafka = kafka();
        GenericContainer<?> triton = triton()) {
      kafka.start();
      triton.start();
      try (ServiceProcess gateway = ServiceProcess.gateway(folder, shared(kafka));
          ServiceProcess worker = ServiceProcess.worker(folder, workers(kafka, triton))) {
        gateway.awaitReady();
        worker.awaitReady();

        String location = gateway.submit(request());

        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(gateway.get(location).body())
                        .contains("a large blue square to the left of a small blue star"));
      }
    }
  }

  /** What pods copy their models from (k8s). */
  @Test
  void theImageOfModelsHasThemAll() throws Exception {
    docker(
        "build", "--quiet", "-t", "vignette/models:0.1.0", "-f", "docker/models/Dockerfile", ".");

    String listed = docker("run", "--rm", "--read-only", "vignette/models:0.1.0");

    try (Stream<Path> models = Files.list(RepositoryFiles.models())) {
      assertThat(listed.lines())
          .containsAll(models.map(model -> model.getFileName().toString()).toList());
    }
  }

  /** What compose runs as this service. */
  private static DockerImageName image(String service) throws IOException {
    String composed = docker("compose", "--profile", "cpu", "config", "--format", "json");
    JsonNode image = new ObjectMapper().readTree(composed).at("/services/" + service + "/image");
    return DockerImageName.parse(image.asText());
  }

  private static String docker(String... arguments) {
    List<String> line = new ArrayList<>(List.of("docker"));
    line.addAll(List.of(arguments));
    return Command.run(RepositoryFiles.root(), Map.of(), Duration.ofMinutes(15), line);
  }

  private static KafkaContainer kafka() throws IOException {
    return new KafkaContainer(image("kafka"))
        .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1")
        .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1");
  }

  @SuppressWarnings("resource") // Closed by the test.
  private static GenericContainer<?> triton() throws IOException {
    return new GenericContainer<>(image("triton"))
        .withFileSystemBind(RepositoryFiles.models().toString(), "/models", BindMode.READ_ONLY)
        .withSharedMemorySize(SHARED_MEMORY_BYTES)
        .withExposedPorts(8000, 8001)
        .waitingFor(Wait.forHttp("/v2/health/ready").forPort(8000).withStartupTimeout(PATIENCE));
  }

  private Map<String, String> shared(KafkaContainer kafka) {
    return Map.of(
        "KAFKA_BOOTSTRAP_SERVERS",
        kafka.getBootstrapServers(),
        "VIGNETTE_BLOB_STORE_FOLDER",
        folder.resolve("blobs").toString());
  }

  private Map<String, String> workers(KafkaContainer kafka, GenericContainer<?> triton) {
    Map<String, String> variables = new HashMap<>(shared(kafka));
    variables.put("VIGNETTE_ENGINE_KIND", "triton");
    variables.put("VIGNETTE_TRITON_ENDPOINT", triton.getHost() + ":" + triton.getMappedPort(8001));
    return variables;
  }

  private static String request() throws Exception {
    byte[] picture =
        Files.readAllBytes(RepositoryFiles.samples().resolve("blue-square-left-of-blue-star.png"));
    return Messages.request(picture);
  }
}
