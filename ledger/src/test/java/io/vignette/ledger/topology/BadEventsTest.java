package io.vignette.ledger.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.vignette.ledger.state.Events;
import io.vignette.ledger.state.JobState;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.DeadJob;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;
import io.vignette.proto.v1.Timings;
import io.vignette.testkit.BadRecords;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the ledger makes of events that no part of Vignette states. */
class BadEventsTest {
  private static final Topics TOPICS = new Topics("t");

  /** Kafka's usual limit of a record, less its own few bytes. */
  private static final int RECORD_BYTES_MAX = 1_048_576 - 1_000;

  private final LedgerCounters counters = new LedgerCounters();
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> events;
  private TestOutputTopic<String, JobStatus> status;
  private TestOutputTopic<String, CaptionResult> results;
  private TestOutputTopic<String, DeadJob> dead;
  private TestOutputTopic<String, CaptionResult> json;

  @BeforeEach
  void start(@TempDir Path folder) {
    LedgerConfig config = LedgerConfig.of(TOPICS, folder).withJsonResults(true);
    driver =
        new TopologyTestDriver(
            LedgerTopology.build(TOPICS, config, counters),
            LedgerSettings.of(KafkaConnection.plaintext("unused:1"), config),
            Instant.ofEpochSecond(Events.AT.getSeconds()));
    events =
        driver.createInputTopic(
            TOPICS.jobEvents(), new StringSerializer(), new ByteArraySerializer());
    status =
        driver.createOutputTopic(
            TOPICS.status(),
            new StringDeserializer(),
            new ProtobufDeserializer<>(JobStatus.parser()));
    results =
        driver.createOutputTopic(
            TOPICS.results(),
            new StringDeserializer(),
            new ProtobufDeserializer<>(CaptionResult.parser()));
    dead =
        driver.createOutputTopic(
            TOPICS.dead(), new StringDeserializer(), new ProtobufDeserializer<>(DeadJob.parser()));
    json =
        driver.createOutputTopic(
            TOPICS.resultsJson(), new StringDeserializer(), new JsonDeserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void recordsThatAreNoEventsCostTheirNeighboursNothing() {
    List<String> good = new ArrayList<>();
    List<BadRecords.BadRecord> all = BadRecords.onAnyTopic();
    for (BadRecords.BadRecord bad : all) {
      good.add(sendGood());
      events.pipeInput(new TestRecord<>(bad.key(), bad.value(), headers(bad.headers())));
    }
    good.add(sendGood());

    assertThat(results.readValuesToList())
        .extracting(CaptionResult::getJobId)
        .containsExactlyElementsOf(good);
    assertThat(counters.unreadable()).isEqualTo(all.size());
  }

  @Test
  void anEventOfAnotherJobThanItsKeySaysIsSkipped() {
    String id = UUID.randomUUID().toString();
    events.pipeInput(UUID.randomUUID().toString(), Events.of(id).succeeded(1).toByteArray());
    events.pipeInput(null, Events.of(id).succeeded(1).toByteArray());
    String giant = "j".repeat(200_000);
    events.pipeInput(giant, Events.of(giant).anonymous().succeeded(1).toByteArray());

    assertThat(results.isEmpty()).isTrue();
    assertThat(counters.unreadable()).isEqualTo(3);
  }

  /** No gateway knows such a job: nobody could ask for what is published about it. */
  @Test
  void anEventOfAJobWithAnIdThatNoGatewayMakesIsSkipped() {
    for (String id :
        List.of("job-1", "../../etc", "0190F1C2-7B3A-7C4D-8E5F-A0B1C2D3E4F5", "1-2-3-4-5")) {
      events.pipeInput(id, Events.of(id).succeeded(1).toByteArray());
      events.pipeInput(id, Events.of(id).failed(1).toByteArray());
    }

    assertThat(status.isEmpty()).isTrue();
    assertThat(results.isEmpty()).isTrue();
    assertThat(json.isEmpty()).isTrue();
    assertThat(dead.isEmpty()).isTrue();
    assertThat(counters.unreadable()).isEqualTo(8);
  }

  @Test
  void anEventThatEndsAJobEndsItHoweverOddTheRest() {
    for (String name : BadRecords.endingEvents("").keySet()) {
      String id = UUID.randomUUID().toString();
      JobEvent event = BadRecords.endingEvents(id).get(name);
      events.pipeInput(id, event.toByteArray());

      List<CaptionResult> written = results.readValuesToList();
      assertThat(written).as(name).hasSize(1);
      assertShowable(name, written.getFirst());
      JobStatus ended = status.readValuesToList().getLast();
      assertThat(JobState.isTerminal(ended)).as(name).isTrue();
      assertThat(isTime(ended.getSince())).as("%s: since %s", name, ended.getSince()).isTrue();
      assertThat(json.readValuesToList()).as(name).hasSize(1);
    }
    assertThat(counters.unreadable()).isZero();
    assertThat(counters.repaired()).isGreaterThan(20);
  }

  @Test
  void codesOfANewerVersionAreKeptAndWhatIsNoneIsInternal() {
    Map<String, String> codes =
        Map.of(
            "code of a newer version", "image.too_beautiful",
            "unknown code", "internal",
            "giant code", "internal",
            "no code", "internal");
    codes.forEach(
        (name, code) -> {
          String id = UUID.randomUUID().toString();
          events.pipeInput(id, BadRecords.endingEvents(id).get(name).toByteArray());

          assertThat(results.readValue().getError().getCode()).as(name).isEqualTo(code);
          assertThat(dead.readValue().getReason().getCode()).as(name).isEqualTo(code);
        });
  }

  @Test
  void aJobThatWasToldAbsurditiesStillEnds() {
    for (String name : BadRecords.openEvents("").keySet()) {
      String id = UUID.randomUUID().toString();
      events.pipeInput(id, BadRecords.openEvents(id).get(name).toByteArray());
      events.pipeInput(id, Events.of(id).succeeded(1).toByteArray());

      assertThat(results.readValuesToList())
          .as(name)
          .extracting(CaptionResult::getState)
          .containsExactly(State.SUCCEEDED);
      JobStatus ended = status.readValuesToList().getLast();
      assertThat(ended.getQueuedAt().getPartition()).as(name).isNotNegative();
      assertThat(ended.getAttempt()).as(name).isBetween(1, 100_000);
    }
  }

  /** Each of them is small enough; what they leave in one status must be so too. */
  @Test
  void whatManyLargeEventsSayOfAJobFitsIntoARecord() {
    String id = UUID.randomUUID().toString();
    String large = "x".repeat(450_000);
    for (JobIdentity.Builder identity :
        List.of(
            JobIdentity.newBuilder().setTenant(large),
            JobIdentity.newBuilder().setClientReference(large),
            JobIdentity.newBuilder().setBatchId(large),
            JobIdentity.newBuilder().setModel(large),
            JobIdentity.newBuilder().setRequestFingerprint(large),
            JobIdentity.newBuilder().putMetadata("k", large))) {
      events.pipeInput(
          id,
          Events.of(id).anonymous().started(1).toBuilder()
              .setIdentity(identity)
              .build()
              .toByteArray());
    }
    Headers headers = new RecordHeaders();
    headers.add("traceparent", large.getBytes(StandardCharsets.UTF_8));
    headers.add("tracestate", large.getBytes(StandardCharsets.UTF_8));
    events.pipeInput(
        new TestRecord<>(
            id,
            Events.of(id).anonymous().succeeded(1, "y".repeat(470_000)).toByteArray(),
            headers));

    status.readRecordsToList().forEach(each -> assertFits(each.value().getSerializedSize(), each));
    results.readRecordsToList().forEach(each -> assertFits(each.value().getSerializedSize(), each));
  }

  private static void assertFits(int valueBytes, TestRecord<String, ?> record) {
    int bytes = valueBytes + record.key().length();
    for (org.apache.kafka.common.header.Header header : record.headers()) {
      bytes += header.key().length() + header.value().length;
    }
    assertThat(bytes).isLessThan(RECORD_BYTES_MAX);
  }

  private static void assertShowable(String name, CaptionResult result) {
    for (Answer answer : result.getAnswersList()) {
      if (answer.hasConfidence()) {
        assertThat(answer.getConfidence()).as(name).isBetween(0.0, 1.0);
      }
      assertThat(answer.getPromptTokens()).as(name).isNotNegative();
      assertThat(answer.getOutputTokens()).as(name).isNotNegative();
      assertThat(answer.getFinishReason()).as(name).isNotEqualTo(Answer.FinishReason.UNRECOGNIZED);
      assertThat(answer.getPrompt().getKind().name()).as(name).isNotEqualTo("UNRECOGNIZED");
    }
    Timings timings = result.getTimings();
    assertThat(List.of(timings.getQueueUs(), timings.getInferUs(), timings.getTotalUs()))
        .as(name)
        .allMatch(micros -> micros >= 0 && micros < Long.MAX_VALUE / 1000);
    assertThat(result.getBatchSize()).as(name).isNotNegative();
    assertThat(result.getAttempt()).as(name).isNotNegative();
    assertThat(isTime(result.getFinishedAt())).as(name).isTrue();
    assertThat(isTime(result.getSubmittedAt())).as(name).isTrue();
  }

  /** As JSON and {@link Instant} have it. */
  private static boolean isTime(Timestamp at) {
    return com.google.protobuf.util.Timestamps.isValid(at);
  }

  private String sendGood() {
    String id = UUID.randomUUID().toString();
    events.pipeInput(id, Events.of(id).succeeded(1).toByteArray());
    return id;
  }

  private static Headers headers(List<BadRecords.Header> told) {
    Headers headers = new RecordHeaders();
    told.forEach(header -> headers.add(header.name(), header.value()));
    return headers;
  }
}
