package io.vignette.ledger.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.vignette.ledger.state.Effect;
import io.vignette.ledger.state.Events;
import io.vignette.ledger.state.JobFold;
import io.vignette.ledger.state.Results;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.DeadJob;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;
import io.vignette.records.JobEventReader;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
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

class LedgerTopologyTest {

  private static final Events JOB = Events.named("job-1");
  private static final Topics TOPICS = new Topics("t");
  private static final Duration RETENTION = Duration.ofHours(1);
  private static final Instant START = Instant.ofEpochSecond(Events.AT.getSeconds());

  private final LedgerCounters counters = new LedgerCounters();
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> events;
  private TestOutputTopic<String, JobStatus> status;
  private TestOutputTopic<String, CaptionResult> results;
  private TestOutputTopic<String, DeadJob> dead;

  @BeforeEach
  void start(@TempDir Path folder) {
    LedgerConfig config = LedgerConfig.of(TOPICS, folder).withRetention(RETENTION);
    driver =
        new TopologyTestDriver(
            LedgerTopology.build(TOPICS, config, counters),
            LedgerSettings.of(KafkaConnection.plaintext("unused:1"), config),
            START);
    events =
        driver.createInputTopic(
            TOPICS.jobEvents(), new StringSerializer(), new ByteArraySerializer());
    status = output(TOPICS.status(), JobStatus.parser());
    results = output(TOPICS.results(), CaptionResult.parser());
    dead = output(TOPICS.dead(), DeadJob.parser());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void everyChangeGoesToStatusAndTheEndToResults() {
    send(JOB.submitted(), JOB.started(1), JOB.succeeded(1));

    assertThat(status.readValuesToList())
        .extracting(JobStatus::getState, JobStatus::getEventOffset)
        .containsExactly(
            tuple(State.QUEUED, 0L), tuple(State.RUNNING, 1L), tuple(State.SUCCEEDED, 2L));
    assertThat(results.readValuesToList())
        .extracting(CaptionResult::getState)
        .containsExactly(State.SUCCEEDED);
    assertThat(dead.isEmpty()).isTrue();
  }

  @Test
  void theStatusIsTheFoldsOwn() {
    send(JOB.started(1), JOB.failed(1));

    JobStatus running = JobFold.apply(null, JOB.started(1), 0).status();
    JobStatus failed = JobFold.apply(running, JOB.failed(1), 1).status();
    assertThat(status.readValuesToList()).containsExactly(running, failed);
    assertThat(results.readValue()).isEqualTo(Results.resultOf(failed));
    assertThat(dead.readValue()).isEqualTo(Results.deadJobOf(failed, JOB.failed(1)));
  }

  @Test
  void ignoredEventsAreCountedAndChangeNothing() {
    send(JOB.submitted(), JOB.retried(1), JOB.succeeded(2));
    status.readValuesToList();
    results.readValuesToList();

    send(JOB.succeeded(2), JOB.failed(1), JOB.claimedBy("another").succeeded(1), JOB.unknown());

    assertThat(status.isEmpty()).isTrue();
    assertThat(results.isEmpty()).isTrue();
    assertThat(dead.isEmpty()).isTrue();
    assertThat(Arrays.stream(Effect.values()).collect(Collectors.toMap(e -> e, counters::events)))
        .isEqualTo(
            Map.of(
                Effect.CHANGED, 2L,
                Effect.TERMINAL, 1L,
                Effect.DUPLICATE, 1L,
                Effect.LATE, 1L,
                Effect.CONFLICT, 1L,
                Effect.UNKNOWN, 1L));
  }

  @Test
  void recordsThatAreNoEventsAreSkippedAndCounted() {
    events.pipeInput(JOB.jobId(), new byte[] {1, 2, 3});
    events.pipeInput(JOB.jobId(), null);
    events.pipeInput(JOB.jobId(), new byte[JobEventReader.EVENT_BYTES_MAX + 1]);
    events.pipeInput("another", JOB.submitted().toByteArray());
    events.pipeInput(null, JOB.submitted().toByteArray());
    events.pipeInput("", Events.of("").submitted().toByteArray());
    send(JOB.succeeded(1));

    assertThat(counters.unreadable()).isEqualTo(6);
    assertThat(results.readValuesToList()).hasSize(1);
  }

  @Test
  void anEventWithoutATimeHasItsRecords() {
    events.pipeInput(
        JOB.jobId(),
        JOB.submitted().toBuilder().clearAt().build().toByteArray(),
        1_734_567_890_123L);

    JobStatus queued = status.readValue();
    assertThat(queued.getSince().getSeconds()).isEqualTo(1_734_567_890L);
    assertThat(queued.getSince().getNanos()).isEqualTo(123_000_000);
  }

  @Test
  void resultsAreLabelledAndKeepTheTrace() {
    Headers sent = new RecordHeaders();
    sent.add("traceparent", "00-aa-bb-01".getBytes(UTF_8));
    sent.add("tracestate", "v=1".getBytes(UTF_8));
    sent.add("internal", "x".getBytes(UTF_8));

    events.pipeInput(new TestRecord<>(JOB.jobId(), JOB.failed(1).toByteArray(), sent));

    Map<String, String> labels =
        Map.of(
            "traceparent", "00-aa-bb-01",
            "tracestate", "v=1",
            "vignette-tenant", "acme",
            "vignette-client-reference", "photo-" + JOB.jobId(),
            "content-type", "application/x-protobuf");
    assertThat(headers(results.readRecord())).isEqualTo(labels);
    assertThat(headers(dead.readRecord())).isEqualTo(labels);
  }

  @Test
  void ofAnEndedJobOnlyTheTopicHasAll() {
    send(JOB.submitted(), JOB.succeeded(1));

    JobStatus whole = status.readValuesToList().getLast();
    JobStatus kept = entry(JOB.jobId());
    assertThat(whole.getResult().getAnswersCount()).isPositive();
    assertThat(kept.hasResult()).isFalse();
    assertThat(kept.getState()).isEqualTo(State.SUCCEEDED);
    assertThat(kept.getIdentity().getTenant()).isEmpty();
  }

  @Test
  void onlyEndedJobsAreForgottenAndOnlyAfterTheirRetention() {
    send(JOB.succeeded(1), Events.named("job-2").started(1));

    driver.advanceWallClockTime(RETENTION);
    assertThat(entries()).isEqualTo(2);

    driver.advanceWallClockTime(FoldProcessor.SWEEP_INTERVAL.plusSeconds(1));
    assertThat(entries()).isEqualTo(1);
    assertThat(counters.forgotten()).isEqualTo(1);
    assertThat(driver.getKeyValueStore(LedgerTopology.ENTRIES).get(Events.id("job-2"))).isNotNull();
  }

  private void send(JobEvent... sent) {
    for (JobEvent event : sent) {
      events.pipeInput(event.getJobId(), event.toByteArray());
    }
  }

  private JobStatus entry(String id) {
    try {
      return JobStatus.parseFrom(
          driver.<String, byte[]>getKeyValueStore(LedgerTopology.ENTRIES).get(id));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private long entries() {
    return driver.getKeyValueStore(LedgerTopology.ENTRIES).approximateNumEntries();
  }

  private <T> TestOutputTopic<String, T> output(String topic, Parser<T> parser) {
    Deserializer<T> deserializer = new ProtobufDeserializer<>(parser);
    return driver.createOutputTopic(topic, new StringDeserializer(), deserializer);
  }

  private static Map<String, String> headers(TestRecord<String, ?> record) {
    return Arrays.stream(record.headers().toArray())
        .collect(Collectors.toMap(header -> header.key(), h -> new String(h.value(), UTF_8)));
  }
}
