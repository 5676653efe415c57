package io.vignette.gateway.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.gateway.status.FixedStatus;
import io.vignette.gateway.status.JobTable;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.Submitted;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.JobId;
import io.vignette.wire.ShareGroups;
import io.vignette.wire.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Estimates from real groups. */
class QueueWatchIT {
  private static final Clock CLOCK = Clock.systemUTC();

  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.createTopics(broker.freshTopics());
  private final JobTable table =
      new JobTable(broker.connection(), topics, Topics.EVENT_PARTITIONS, new FixedStatus(), CLOCK);
  private final SteppedClock clock = new SteppedClock();
  private final QueueWatch watch = new QueueWatch(broker.connection(), topics, table, clock);

  /** Stands still between steps. */
  private static final class SteppedClock extends Clock {
    private Instant now = CLOCK.instant();

    void pass(Duration step) {
      now = now.plus(step);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @BeforeEach
  void startTable() throws Exception {
    table.start();
    get(table.ready());
  }

  @AfterEach
  void close() {
    watch.close();
    table.close();
  }

  @Test
  void positionIsUnknownBeforeTheFirstWorker() throws Exception {
    JobStatus job = waitingAt(9);

    watch.pass();

    assertThat(watch.estimate(job)).isEmpty();
  }

  @Test
  void positionFollowsTheGroup() throws Exception {
    JobStatus job = waitingAt(9);
    workersAreAt(4);

    watch.pass();

    assertThat(watch.estimate(job).map(QueueEstimate::position)).contains(6L);
    assertThat(watch.estimate(job).flatMap(QueueEstimate::untilTurn)).isEmpty();

    clock.pass(Duration.ofSeconds(1));
    workersAreAt(7);
    watch.pass();

    assertThat(watch.estimate(job).map(QueueEstimate::position)).contains(3L);
    assertThat(watch.estimate(job).flatMap(QueueEstimate::untilTurn))
        .hasValueSatisfying(time -> assertThat(time).isPositive());
  }

  @Test
  void positionFollowsAConsumerGroupWhereWorkersUseOne() throws Exception {
    JobStatus job = waitingAt(9);
    workersAreAt(1);
    consumersAreAt(4);
    watch.pass();
    assertThat(watch.estimate(job).map(QueueEstimate::position)).contains(6L);

    clock.pass(Duration.ofSeconds(1));
    consumersAreAt(7);
    watch.pass();

    assertThat(watch.estimate(job).map(QueueEstimate::position)).contains(3L);
  }

  @Test
  void workersThatTakeAnotherKindOfGroupAreNoticed() throws Exception {
    JobStatus job = waitingAt(9);
    workersAreAt(4);
    watch.pass();
    consumersAreAt(7);

    for (int i = 0; i < 15; i++) {
      clock.pass(Duration.ofSeconds(1));
      watch.pass();
    }

    assertThat(watch.estimate(job).map(QueueEstimate::position)).contains(3L);
  }

  @Test
  void idleGroupIsNotSlow() throws Exception {
    JobStatus job = waitingAt(149);
    jobsAreSent(100);
    workersAreAt(0);
    watch.pass();
    clock.pass(Duration.ofSeconds(1));
    workersAreAt(100);
    watch.pass();

    clock.pass(Duration.ofSeconds(10));
    jobsAreSent(50);
    watch.pass();
    clock.pass(Duration.ofSeconds(1));
    workersAreAt(129);
    watch.pass();

    assertThat(watch.estimate(job).flatMap(QueueEstimate::untilTurn))
        .as("20 jobs ahead, where 129 took two seconds of work")
        .contains(Duration.ofMillis(310));
  }

  @Test
  void laterAttemptsHaveNoPosition() throws Exception {
    JobStatus job = waitingAt(9);
    workersAreAt(4);

    watch.pass();

    assertThat(watch.estimate(job.toBuilder().setAttempt(2).build())).isEmpty();
  }

  private JobStatus waitingAt(long offset) throws Exception {
    JobId id = JobId.fresh(CLOCK);
    JobEvent event =
        JobEvent.newBuilder()
            .setJobId(id.toString())
            .setAttempt(1)
            .setIdentity(JobIdentity.newBuilder().setPriority(Priority.INTERACTIVE))
            .setSubmitted(
                Submitted.newBuilder()
                    .setTopic(topics.jobsInteractive())
                    .setPartition(0)
                    .setOffset(offset))
            .build();
    try (KafkaProducer<String, byte[]> producer = producer()) {
      producer
          .send(new ProducerRecord<>(topics.jobEvents(), id.toString(), event.toByteArray()))
          .get(30, TimeUnit.SECONDS);
    }
    return get(table.lookup(id, Duration.ofSeconds(10))).orElseThrow();
  }

  /** Records on the job's partition; the watch does not look into them. */
  private void jobsAreSent(int count) {
    try (KafkaProducer<String, byte[]> producer = producer()) {
      for (int i = 0; i < count; i++) {
        producer.send(new ProducerRecord<>(topics.jobsInteractive(), 0, "job", new byte[0]));
      }
    } // Closing waits for them.
  }

  private KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  private void workersAreAt(long offset) throws Exception {
    try (Admin admin = broker.admin()) {
      admin
          .alterShareGroupOffsets(
              ShareGroups.interactive(topics),
              Map.of(new TopicPartition(topics.jobsInteractive(), 0), offset))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  private void consumersAreAt(long offset) throws Exception {
    try (Admin admin = broker.admin()) {
      admin
          .alterConsumerGroupOffsets(
              ShareGroups.consumersInPlaceOf(ShareGroups.interactive(topics)),
              Map.of(
                  new TopicPartition(topics.jobsInteractive(), 0), new OffsetAndMetadata(offset)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
