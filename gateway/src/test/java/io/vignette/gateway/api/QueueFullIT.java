package io.vignette.gateway.api;

import static io.restassured.RestAssured.given;
import static io.vignette.gateway.api.Calls.keyed;
import static io.vignette.gateway.api.Calls.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vignette.gateway.BrokerResource;
import io.vignette.gateway.GatewayLifecycle;
import io.vignette.gateway.status.JobTable;
import io.vignette.gateway.submission.CaptionRequest;
import io.vignette.gateway.submission.ImageInput;
import io.vignette.gateway.submission.Submissions;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.Succeeded;
import io.vignette.wire.JobId;
import io.vignette.wire.Topics;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** A gateway whose queue has three places. */
@QuarkusTest
@TestProfile(QueueFullIT.ThreePlaces.class)
@QuarkusTestResource(BrokerResource.class)
class QueueFullIT {
  private static final int PLACES = 3;
  private static final String BODY =
      "{\"image\":{\"data\":\"iVBORw0KGgo=\"},\"priority\":\"bulk\"}";

  private final GatewayLifecycle gateway;
  private final JobTable table;
  private final Submissions submissions;
  private final Topics topics;
  private final String bootstrapServers;

  /** The bound. */
  public static class ThreePlaces implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("vignette.queue.jobs-max", Integer.toString(PLACES));
    }
  }

  @Inject
  QueueFullIT(
      GatewayLifecycle gateway,
      JobTable table,
      Submissions submissions,
      Topics topics,
      @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
    this.topics = topics;
    this.bootstrapServers = bootstrapServers;
    this.gateway = gateway;
    this.table = table;
    this.submissions = submissions;
  }

  @Test
  void fullQueueRefusesUntilJobsHaveEnded() throws Exception {
    gateway.ready().toCompletableFuture().get(60, TimeUnit.SECONDS);
    String key = UUID.randomUUID().toString();
    String first = keyed(key, BODY).statusCode(202).extract().path("id");
    for (int i = 1; i < PLACES; i++) {
      keyed(UUID.randomUUID().toString(), BODY).statusCode(202);
    }

    problem(keyed(UUID.randomUUID().toString(), BODY), 429, "queue.full")
        .header("Retry-After", "30")
        .body("title", equalTo("Too Many Requests"))
        .body("detail", equalTo("queue: 3 open jobs (expected: fewer than 3)"));
    problem(
            given().contentType("application/json").body(BODY).post("/v1/captions").then(),
            429,
            "queue.full")
        .header("Retry-After", "30");
    assertThat(keyed(key, BODY).statusCode(202).extract().<String>path("id"))
        .as("a job that is in the queue already")
        .isEqualTo(first);
    JobId own = submissions.submitOwn(request()).toCompletableFuture().get(60, TimeUnit.SECONDS);

    end(first);
    end(own.toString());
    await().atMost(60, TimeUnit.SECONDS).until(() -> table.openJobs() < PLACES);
    keyed(UUID.randomUUID().toString(), BODY).statusCode(202);
  }

  /** States, as a worker does, that the job has succeeded. */
  private void end(String id) throws Exception {
    JobEvent event =
        JobEvent.newBuilder()
            .setJobId(id)
            .setAttempt(1)
            .setSucceeded(Succeeded.getDefaultInstance())
            .build();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(topics.jobEvents(), id, event.toByteArray()))
          .get(60, TimeUnit.SECONDS);
    }
  }

  private static CaptionRequest request() {
    return new CaptionRequest(
        "default",
        Optional.empty(),
        "",
        new ImageInput.Blob("run:1", 0, ""),
        Optional.empty(),
        List.of(),
        Generation.getDefaultInstance(),
        Priority.BULK,
        Optional.empty(),
        Map.of());
  }
}
