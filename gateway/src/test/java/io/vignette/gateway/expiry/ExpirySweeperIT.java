package io.vignette.gateway.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.vignette.gateway.status.FixedStatus;
import io.vignette.gateway.status.JobTable;
import io.vignette.gateway.submission.JobLog;
import io.vignette.gateway.submission.Position;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.Retried;
import io.vignette.proto.v1.Started;
import io.vignette.proto.v1.State;
import io.vignette.proto.v1.Submitted;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.JobId;
import io.vignette.wire.Topics;
import io.vignette.wire.TraceContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever an open job was doing when its deadline passed, the sweep ends it. */
class ExpirySweeperIT {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Duration MARGIN = Duration.ofMinutes(1);
  private static final Duration JOB_RETENTION = Duration.ofHours(48);

  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.createTopics(broker.freshTopics());
  private final JobTable table =
      new JobTable(broker.connection(), topics, Topics.EVENT_PARTITIONS, new FixedStatus(), CLOCK);
  private final EventLog log = new EventLog();
  private final ExpirySweeper sweeper =
      new ExpirySweeper(table, log, new Config(), JOB_RETENTION, CLOCK);

  private record Config() implements ExpiryConfig {
    @Override
    public Duration margin() {
      return MARGIN;
    }

    @Override
    public Duration interval() {
      return Duration.ofSeconds(1);
    }
  }

  private final class EventLog implements JobLog {
    private final KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer());
    private final Queue<TraceContext> traces = new ConcurrentLinkedQueue<>();
    private volatile boolean taking = true;

    @Override
    public boolean takesRecords() {
      return taking;
    }

    @Override
    public CompletionStage<Position> writeJob(String topic, CaptionJob job, TraceContext trace) {
      throw new AssertionError("a job is written");
    }

    @Override
    public CompletionStage<Position> writeEvent(JobEvent event, TraceContext trace) {
      CompletableFuture<Position> written = new CompletableFuture<>();
      traces.add(trace);
      producer.send(
          new ProducerRecord<>(topics.jobEvents(), event.getJobId(), event.toByteArray()),
          (at, failure) -> {
            if (failure == null) {
              written.complete(new Position(at.topic(), at.partition(), at.offset()));
            } else {
              written.completeExceptionally(failure);
            }
          });
      return written;
    }
  }

  @BeforeEach
  void startTable() throws Exception {
    table.start();
    get(table.ready());
  }

  @AfterEach
  void close() {
    log.producer.close();
    table.close();
  }

  @Test
  void queuedRunningAndDelayedJobsExpire() throws Exception {
    Instant overdue = CLOCK.instant().minus(MARGIN).minusSeconds(2);
    JobId queued = submitted(overdue);
    JobId running = submitted(overdue);
    state(event(running, overdue).setStarted(Started.getDefaultInstance()).build());
    JobId delayed = submitted(overdue);
    state(
        event(delayed, overdue)
            .setRetried(Retried.newBuilder().setNotBefore(at(CLOCK.instant().plusSeconds(600))))
            .build());

    log.traces.clear();
    sweeper.pass();

    assertThat(log.traces).hasSize(3).containsOnly(TraceContext.NONE);
    for (JobId id : List.of(queued, running, delayed)) {
      assertThat(get(table.awaitTerminal(id, Duration.ofSeconds(20))).map(JobStatus::getState))
          .contains(State.EXPIRED);
    }
  }

  @Test
  void aJobWithoutADeadlineExpiresOnceKafkaHasForgottenIt() throws Exception {
    JobId forgotten = withoutDeadline(CLOCK.instant().minus(JOB_RETENTION).minusSeconds(1));
    JobId known = withoutDeadline(CLOCK.instant().minus(JOB_RETENTION).plusSeconds(600));

    sweeper.pass();

    assertThat(get(table.awaitTerminal(forgotten, Duration.ofSeconds(20))).map(JobStatus::getState))
        .contains(State.EXPIRED);
    assertThat(table.peek(known).map(JobStatus::getState)).contains(State.QUEUED);
  }

  private JobId withoutDeadline(Instant submitted) throws Exception {
    JobId id = JobId.fresh(CLOCK);
    state(
        event(id, submitted).clearIdentity().setSubmitted(Submitted.getDefaultInstance()).build());
    assertThat(get(table.lookup(id, Duration.ofSeconds(10)))).isPresent();
    return id;
  }

  @Test
  void whileKafkaIsAwayNothingIsStated() throws Exception {
    submitted(CLOCK.instant().minus(MARGIN).minusSeconds(2));
    log.traces.clear();
    log.taking = false;

    sweeper.pass();
    assertThat(log.traces).isEmpty();

    log.taking = true;
    sweeper.pass();
    assertThat(log.traces).hasSize(1);
  }

  @Test
  void jobWithinTheMarginIsLeftToItsWorker() throws Exception {
    JobId id = submitted(CLOCK.instant().minusSeconds(1));

    sweeper.pass();

    assertThat(get(table.awaitTerminal(id, Duration.ofSeconds(1))).map(JobStatus::getState))
        .contains(State.QUEUED);
  }

  private JobId submitted(Instant deadline) throws Exception {
    JobId id = JobId.fresh(CLOCK);
    state(event(id, deadline).setSubmitted(Submitted.getDefaultInstance()).build());
    Optional<JobStatus> seen = get(table.lookup(id, Duration.ofSeconds(10)));
    assertThat(seen).isPresent();
    return id;
  }

  /** States the event and waits until the table reflects it. */
  private void state(JobEvent event) throws Exception {
    get(log.writeEvent(event, TraceContext.fresh()));
    // Whatever is looked up and unknown comes behind all that was written before.
    get(table.lookup(JobId.fresh(CLOCK), Duration.ofSeconds(10)));
  }

  private static JobEvent.Builder event(JobId id, Instant deadline) {
    return JobEvent.newBuilder()
        .setJobId(id.toString())
        .setAttempt(1)
        .setAt(at(deadline))
        .setIdentity(JobIdentity.newBuilder().setTenant("default").setDeadline(at(deadline)));
  }

  private static Timestamp at(Instant instant) {
    return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).build();
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
