package io.vignette.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.JsonFormat;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vignette.gateway.BrokerResource;
import io.vignette.gateway.GatewayLifecycle;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.Succeeded;
import io.vignette.testkit.ResultsReader;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** One key of the configuration makes the topic and fills it. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@TestProfile(JsonResultsOn.class)
class JsonResultsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final GatewayLifecycle gateway;
  private final KafkaConnection kafka;
  private final Topics topics;
  private final String bootstrapServers;

  @Inject
  JsonResultsIT(
      GatewayLifecycle gateway,
      KafkaConnection kafka,
      Topics topics,
      @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
    this.gateway = gateway;
    this.kafka = kafka;
    this.topics = topics;
    this.bootstrapServers = bootstrapServers;
  }

  @Test
  void resultIsThereTwiceAndTheSame() throws Exception {
    gateway.ready().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    String jobId = UUID.randomUUID().toString();

    end(jobId);

    ConsumerRecord<String, String> json = awaitJson();
    assertThat(json.key()).isEqualTo(jobId);
    CaptionResult.Builder mirrored = CaptionResult.newBuilder();
    JsonFormat.parser().merge(json.value(), mirrored);
    assertThat(ResultsReader.readAll(bootstrapServers, topics)).containsExactly(mirrored.build());
  }

  private void end(String jobId) throws Exception {
    JobEvent event =
        JobEvent.newBuilder()
            .setJobId(jobId)
            .setIdentity(JobIdentity.newBuilder().setTenant("acme").putMetadata("album", "cats"))
            .setSucceeded(
                Succeeded.newBuilder()
                    .addAnswers(Answer.newBuilder().setText("a cat").setConfidence(0.5)))
            .build();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            kafka.properties(), new StringSerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topics.jobEvents(), jobId, event.toByteArray())).get();
    }
  }

  private ConsumerRecord<String, String> awaitJson() {
    Map<String, Object> settings =
        kafka.with(
            Map.of(
                "group.id", "json",
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest"));
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topics.resultsJson()));
      return await()
          .atMost(LIMIT)
          .until(() -> consumer.poll(Duration.ofMillis(200)), records -> !records.isEmpty())
          .iterator()
          .next();
    }
  }
}
