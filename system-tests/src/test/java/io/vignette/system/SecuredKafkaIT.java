package io.vignette.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vignette.proto.v1.CancelRequest;
import io.vignette.testkit.RepositoryFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
        ServiceProcess other = ServiceProcess.gateway(folder, gateways(kafka));
        ServiceProcess doomed = ServiceProcess.worker(folder, patient(workers(kafka, "worker")));
        ServiceProcess stranger = ServiceProcess.worker(folder, workers(kafka, "stranger"))) {
      gateway.awaitReady();
      other.awaitReady();
      doomed.awaitReady();

      byte[] picture = picture();
      other.submit(unreachable(1));
      String unwanted = other.submit(unreachable(2));
      publish(kafka, "gateway", cancellation(unwanted));
      awaitState(other, gateway.submit(Messages.request(picture)), "SUCCEEDED");

      publish(kafka, "publisher", Messages.event("1", picture));
      publish(
          kafka,
          "publisher",
          new ProducerRecord<>(Messages.IMAGE_EVENTS, "no event".getBytes(UTF_8)));
      assertThat(captionsRead(kafka, 2)).hasSize(2);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(kafka.records("image.events.dead")).isEqualTo(1));

      // Put off by the worker, brought back, and put off for longer.
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(kafka.records("vignette.delay.1m")).isPositive());
      awaitState(gateway, unwanted, "CANCELLED");

      // Kafka gives the next job to who has asked for it and then stands still.
      doomed.pause();
      String suspect = gateway.submit(Messages.request(picture));
      doomed.kill();
      try (ServiceProcess worker = ServiceProcess.worker(folder, workers(kafka, "worker"))) {
        awaitState(other, suspect, "SUCCEEDED");
        // What it had ended without being heard is delivered again as well.
        assertThat(kafka.records("vignette.jobs.solo")).isPositive();
        assertThat(worker.log()).doesNotContainIgnoringCase("not authorized");
      }

      try (ServiceProcess worker =
          ServiceProcess.worker(folder, inGroups(workers(kafka, "worker")))) {
        awaitState(other, gateway.submit(Messages.request(picture)), "SUCCEEDED");
        assertThat(worker.log())
            .doesNotContainIgnoringCase("not authorized")
            .doesNotContain("CAP-1022", "CAP-1023");
      }

      await().atMost(PATIENCE).untilAsserted(() -> assertThat(stranger.log()).contains("CAP-1014"));
      assertThat(stranger.isReady()).isFalse();
      assertMayNotWrite(kafka, "worker", "vignette.results");
      for (ServiceProcess each : List.of(gateway, other, doomed, stranger)) {
        assertThat(each.log()).doesNotContain("a-password");
      }
      for (ServiceProcess each : List.of(gateway, other, doomed)) {
        assertThat(each.log()).doesNotContainIgnoringCase("not authorized");
      }
    }
  }

  private static void awaitState(ServiceProcess gateway, String location, String state) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(gateway.get(location).body()).contains("\"state\":\"" + state + "\""));
  }

  /** A picture on a host that isn't there: the job is put off. */
  private static String unreachable(int number) {
    return "{\"image\":{\"url\":\"https://nowhere.invalid/" + number + ".png\"}}";
  }

  /** As a gateway may ask workers for it. */
  private static ProducerRecord<byte[], byte[]> cancellation(String location) {
    String id = location.substring(location.lastIndexOf('/') + 1);
    CancelRequest request = CancelRequest.newBuilder().setJobId(id).build();
    return new ProducerRecord<>(
        "vignette.cancellations", id.getBytes(UTF_8), request.toByteArray());
  }

  private static void publish(
      SecuredKafka kafka, String user, ProducerRecord<byte[], byte[]> record) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.properties(user), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(record).get(60, TimeUnit.SECONDS);
    }
  }

  /** JSON results with captions, by a reader in a group; the cancelled job's may come any time. */
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
                for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(500))) {
                  if (each.value().contains("\"state\":\"SUCCEEDED\"")) {
                    read.add(each.value());
                  }
                }
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

  /** A request for jobs then stands open at the broker for as good as always. */
  private static Map<String, String> patient(Map<String, String> variables) {
    variables.put("KAFKA_FETCH_MAX_WAIT_MS", "20000");
    return variables;
  }

  private static Map<String, String> inGroups(Map<String, String> variables) {
    variables.put("VIGNETTE_LEASE_SOURCE", "consumer-group");
    return variables;
  }

  private byte[] picture() throws Exception {
    return Files.readAllBytes(
        RepositoryFiles.samples().resolve("blue-square-left-of-blue-star.png"));
  }
}
