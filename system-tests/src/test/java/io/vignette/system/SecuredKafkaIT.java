package io.vignette.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vignette.testkit.RepositoryFiles;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The services on a broker with TLS, SASL and the access control lists of the documentation. */
class SecuredKafkaIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;

  @Test
  void picturesAreAnsweredWithTheRightsThatAreDocumentedAndNoOthers() throws Exception {
    try (SecuredKafka kafka = SecuredKafka.start(folder, ServiceProcess.freePort())) {
      kafka.createTopic(Messages.IMAGE_EVENTS);
      serve(kafka);
    }
  }

  private void serve(SecuredKafka kafka) throws Exception {
    try (ServiceProcess gateway = ServiceProcess.gateway(folder, gateways(kafka));
        ServiceProcess worker = ServiceProcess.worker(folder, workers(kafka, "worker"));
        ServiceProcess stranger = ServiceProcess.worker(folder, workers(kafka, "stranger"))) {
      gateway.awaitReady();
      worker.awaitReady();

      byte[] picture = picture();
      HttpResponse<String> accepted = gateway.post("/v1/captions", Messages.request(picture));
      assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
      String location = accepted.headers().firstValue("Location").orElseThrow();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(gateway.get(location).body()).contains("\"state\":\"SUCCEEDED\""));

      publish(kafka, Messages.event("1", picture));
      publish(kafka, new ProducerRecord<>(Messages.IMAGE_EVENTS, "no event".getBytes(UTF_8)));
      assertThat(captionsRead(kafka, 2)).hasSize(2);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(kafka.records("image.events.dead")).isEqualTo(1));

      await().atMost(PATIENCE).untilAsserted(() -> assertThat(stranger.log()).contains("CAP-1014"));
      assertThat(stranger.isReady()).isFalse();
      assertMayNotWrite(kafka, "worker", "vignette.results");
      for (ServiceProcess each : List.of(gateway, worker, stranger)) {
        assertThat(each.log()).doesNotContain("a-password");
      }
      assertThat(gateway.log() + worker.log()).doesNotContainIgnoringCase("not authorized");
    }
  }

  private static void publish(SecuredKafka kafka, ProducerRecord<byte[], byte[]> event)
      throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.properties("publisher"), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(event).get(60, TimeUnit.SECONDS);
    }
  }

  /** Captions of the JSON results, by a reader in a group. */
  private static List<String> captionsRead(SecuredKafka kafka, int count) {
    Map<String, Object> properties = kafka.properties("reader");
    properties.put("group.id", "captions");
    properties.put("isolation.level", "read_committed");
    properties.put("auto.offset.reset", "earliest");
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("vignette.results.json"));
      List<String> read = new ArrayList<>();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(500)).forEach(each -> read.add(each.value()));
                return read.size() >= count;
              });
      return read;
    }
  }

  private static void assertMayNotWrite(SecuredKafka kafka, String user, String topic) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.properties(user), new ByteArraySerializer(), new ByteArraySerializer())) {
      assertThatThrownBy(
              () ->
                  producer.send(new ProducerRecord<>(topic, new byte[0])).get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(AuthorizationException.class);
    }
  }

  private Map<String, String> shared(SecuredKafka kafka, String user) {
    Map<String, String> variables = new HashMap<>(kafka.variables(user));
    variables.put("VIGNETTE_BLOB_STORE_FOLDER", folder.resolve("blobs").toString());
    return variables;
  }

  private Map<String, String> gateways(SecuredKafka kafka) {
    Map<String, String> variables = shared(kafka, "gateway");
    variables.put("VIGNETTE_INTAKE_TOPIC", Messages.IMAGE_EVENTS);
    variables.put("VIGNETTE_LEDGER_JSON_RESULTS", "true");
    return variables;
  }

  private Map<String, String> workers(SecuredKafka kafka, String user) {
    Map<String, String> variables = shared(kafka, user);
    variables.put("VIGNETTE_ENGINE_KIND", "onnx");
    variables.put("VIGNETTE_ENGINE_ONNX_THREADS_PER_BATCH", "1");
    return variables;
  }

  private byte[] picture() throws Exception {
    return Files.readAllBytes(
        RepositoryFiles.samples().resolve("blue-square-left-of-blue-star.png"));
  }
}
