package io.vignette.gateway.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vignette.gateway.status.FixedStatus;
import io.vignette.gateway.status.JobTable;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.Submitted;
import io.vignette.proto.v1.Succeeded;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.JobId;
import io.vignette.wire.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bounds, over the table's account of events on a real broker. */
class QueueBoundsIT {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final FixedQueue DEFAULTS = new FixedQueue();

  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.createTopics(broker.freshTopics());
  private final JobTable table =
      new JobTable(broker.connection(), topics, Topics.EVENT_PARTITIONS, new FixedStatus(), CLOCK);
  private final SteppedClock clock = new SteppedClock();
  private final QueueWatch watch = new QueueWatch(broker.connection(), topics, table, clock);
  private final KafkaProducer<String, byte[]> producer =
      new KafkaProducer<>(
          Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
          new StringSerializer(),
          new ByteArraySerializer());

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
    table.ready().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() {
    producer.close();
    watch.close();
    table.close();
  }

  @Test
  void jobsAreBounded() {
    QueueBounds bounds = bounds(5, DEFAULTS.bytesMax(), DEFAULTS.workMax());
    List<JobId> open = submitted(Priority.BULK, 4, 0);
    assertThat(bounds.check(Priority.BULK, 0)).isEmpty();

    open.addAll(submitted(Priority.BULK, 1, 0));

    assertThat(bounds.check(Priority.BULK, 0))
        .contains(
            new QueueFull("queue: 5 open jobs (expected: fewer than 5)", Duration.ofSeconds(30)));

    ended(open.subList(0, 1));

    assertThat(bounds.check(Priority.BULK, 0)).isEmpty();
  }

  @Test
  void bytesAreBounded() {
    QueueBounds bounds = bounds(DEFAULTS.jobsMax(), 1000, DEFAULTS.workMax());
    assertThat(bounds.check(Priority.BULK, 2000))
        .as("alone, it would never find more room")
        .isEmpty();
    submitted(Priority.BULK, 3, 300);

    assertThat(bounds.check(Priority.BULK, 100)).isEmpty();
    assertThat(bounds.check(Priority.BULK, 0)).as("an image that is elsewhere").isEmpty();
    assertThat(bounds.check(Priority.BULK, 101).map(QueueFull::message))
        .contains("queue: 900 bytes of images, 1001 with this one (expected: at most 1000)");
  }

  /** Neither fills the queue for all others, nor makes room where there is none. */
  @Test
  void sizesThatNoImageHasAreNotCounted() {
    QueueBounds bounds = bounds(DEFAULTS.jobsMax(), 1000, DEFAULTS.workMax());
    for (long bytes : new long[] {Long.MAX_VALUE, 4_000_000_000_000_000_000L, Long.MIN_VALUE}) {
      submitted(Priority.BULK, 2, bytes);
    }
    assertThat(table.open().bytes()).isZero();

    submitted(Priority.BULK, 3, 300);

    assertThat(bounds.check(Priority.BULK, 100)).isEmpty();
    assertThat(bounds.check(Priority.BULK, Long.MAX_VALUE)).isPresent();
  }

  @Test
  void workIsBoundedOnceThePaceIsKnown() {
    QueueBounds bounds = bounds(DEFAULTS.jobsMax(), DEFAULTS.bytesMax(), Duration.ofSeconds(10));
    List<JobId> open = submitted(Priority.BULK, 400, 0);
    watch.pass();
    clock.pass(Duration.ofSeconds(10));
    ended(open.subList(0, 99));
    watch.pass();
    assertThat(bounds.check(Priority.BULK, 0)).as("a pace from few jobs").isEmpty();

    clock.pass(Duration.ofSeconds(10));
    ended(open.subList(99, 200));
    watch.pass();

    assertThat(bounds.check(Priority.BULK, 0))
        .as("200 jobs ahead, at 10 a second")
        .contains(
            new QueueFull(
                "queue: about 20 s of work for the workers (expected: at most 10)",
                Duration.ofSeconds(10)));
    assertThat(bounds.check(Priority.INTERACTIVE, 0)).as("goes before them").isEmpty();
  }

  @Test
  void whoIsRefusedReturnsWhenThereIsRoomAtTheWorkersPace() {
    QueueBounds bounds = bounds(200, DEFAULTS.bytesMax(), DEFAULTS.workMax());
    List<JobId> open = submitted(Priority.BULK, 400, 0);
    watch.pass();
    clock.pass(Duration.ofSeconds(100));
    ended(open.subList(0, 100));
    watch.pass();

    assertThat(bounds.check(Priority.BULK, 0).map(QueueFull::retryAfter))
        .as("101 jobs too many and a hundredth of 200 places, at 1 a second")
        .contains(Duration.ofSeconds(103));
  }

  @Test
  void boundsOfNothingAreRefusedByName() {
    assertThatThrownBy(() -> bounds(0, 1, Duration.ofHours(1)))
        .hasMessage("vignette.queue.jobs-max: 0 (expected: from 1)");
    assertThatThrownBy(() -> bounds(1, -1, Duration.ofHours(1)))
        .hasMessage("vignette.queue.bytes-max: -1 (expected: from 1)");
  }

  private QueueBounds bounds(long jobsMax, long bytesMax, Duration workMax) {
    return new QueueBounds(table, watch, new FixedQueue(jobsMax, bytesMax, workMax));
  }

  /** Writes submissions, and waits until the table has them. */
  private List<JobId> submitted(Priority priority, int count, long imageBytes) {
    long before = table.openJobs();
    List<JobId> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      JobId id = JobId.fresh(CLOCK);
      ids.add(id);
      write(
          event(id)
              .setIdentity(JobIdentity.newBuilder().setPriority(priority))
              .setSubmitted(
                  Submitted.newBuilder().setTopic(topics.jobsBulk()).setImageBytes(imageBytes)));
    }
    await().until(() -> table.openJobs() == before + count);
    return ids;
  }

  private void ended(List<JobId> ids) {
    long before = table.openJobs();
    ids.forEach(id -> write(event(id).setSucceeded(Succeeded.getDefaultInstance())));
    await().until(() -> table.openJobs() == before - ids.size());
  }

  private static JobEvent.Builder event(JobId id) {
    return JobEvent.newBuilder().setJobId(id.toString()).setAttempt(1);
  }

  private void write(JobEvent.Builder event) {
    producer.send(
        new ProducerRecord<>(topics.jobEvents(), event.getJobId(), event.build().toByteArray()));
  }
}
