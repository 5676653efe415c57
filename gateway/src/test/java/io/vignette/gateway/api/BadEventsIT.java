package io.vignette.gateway.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.vignette.gateway.BrokerResource;
import io.vignette.gateway.status.JobTable;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.Succeeded;
import io.vignette.testkit.BadRecords;
import io.vignette.wire.JobId;
import io.vignette.wire.Topics;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a gateway answers after events that no part of Vignette states. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class BadEventsIT {
  private final Topics topics;
  private final JobTable table;
  private final String bootstrapServers;
  private KafkaProducer<String, byte[]> producer;

  @Inject
  BadEventsIT(
      Topics topics,
      JobTable table,
      @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
    this.topics = topics;
    this.table = table;
    this.bootstrapServers = bootstrapServers;
  }

  @BeforeEach
  void open() {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void close() {
    producer.close();
  }

  @Test
  void aJobWithAnOddEndIsAnswered() throws Exception {
    Map<String, String> ids = new LinkedHashMap<>();
    for (String name : BadRecords.endingEvents("").keySet()) {
      String id = JobId.fresh(Clock.systemUTC()).toString();
      ids.put(name, id);
      send(id, BadRecords.endingEvents(id).get(name).toByteArray());
    }

    ids.forEach(
        (name, id) -> {
          JsonPath job = answered(name, id);
          assertThat(job.getString("state")).as(name).isIn("SUCCEEDED", "FAILED");
          assertThat(job.getString("since")).as(name).startsWith("20");
          assertThat(job.getInt("attempt")).as(name).isBetween(0, 100_000);
        });
    assertThat(answered("NaN", ids.get("confidence NaN")).getMap("answers[0]"))
        .doesNotContainKey("confidence");
    JsonPath counts = answered("counts", ids.get("negative counts of tokens"));
    assertThat(counts.getInt("answers[0].output_tokens")).isZero();
    JsonPath timings = answered("timings", ids.get("negative batch size and timings"));
    assertThat(timings.getLong("timings.total_us")).isZero();
    assertThat(timings.getMap("")).doesNotContainKey("batch_size");
    assertThat(answered("code", ids.get("unknown code")).getString("error.code"))
        .isEqualTo("internal");
    assertThat(answered("code", ids.get("code of a newer version")).getString("error.code"))
        .isEqualTo("image.too_beautiful");
  }

  @Test
  void anOpenJobThatWasToldAbsurditiesIsAnswered() throws Exception {
    for (String name : BadRecords.openEvents("").keySet()) {
      String id = JobId.fresh(Clock.systemUTC()).toString();
      send(id, BadRecords.openEvents(id).get(name).toByteArray());

      assertThat(answered(name, id).getString("state")).as(name).isIn("QUEUED", "RUNNING");
    }
  }

  @Test
  void recordsThatAreNoEventsCostTheirNeighboursNothing() throws Exception {
    long before = table.skipped();
    List<BadRecords.BadRecord> all = BadRecords.onAnyTopic();
    for (BadRecords.BadRecord bad : all) {
      ProducerRecord<String, byte[]> record =
          new ProducerRecord<>(topics.jobEvents(), 0, bad.key(), bad.value());
      bad.headers().forEach(header -> record.headers().add(header.name(), header.value()));
      producer.send(record).get(30, TimeUnit.SECONDS);
    }
    String good = JobId.fresh(Clock.systemUTC()).toString();
    JobEvent event =
        JobEvent.newBuilder().setJobId(good).setSucceeded(Succeeded.getDefaultInstance()).build();
    producer
        .send(new ProducerRecord<>(topics.jobEvents(), 0, good, event.toByteArray()))
        .get(30, TimeUnit.SECONDS);

    // Awaited: a look-up waits for the partition that the producer would have chosen.
    await()
        .untilAsserted(
            () -> assertThat(answered("good", good).getString("state")).isEqualTo("SUCCEEDED"));
    assertThat(table.skipped() - before).isGreaterThanOrEqualTo(all.size());
    for (BadRecords.BadRecord bad : all) {
      if (bad.key() != null && JobId.parse(bad.key()).isPresent()) {
        given().get("/v1/captions/" + bad.key()).then().statusCode(404);
      }
    }
  }

  private static JsonPath answered(String name, String id) {
    Response response = given().get("/v1/captions/" + id);
    assertThat(response.statusCode()).as("%s: %s", name, response.asString()).isEqualTo(200);
    assertThat(response.asString())
        .as(name)
        .doesNotContain("NaN", "Infinity", "UNRECOGNIZED", "unrecognized", ":-");
    return response.jsonPath();
  }

  private void send(String id, byte[] event) throws Exception {
    producer.send(new ProducerRecord<>(topics.jobEvents(), id, event)).get(30, TimeUnit.SECONDS);
  }
}
