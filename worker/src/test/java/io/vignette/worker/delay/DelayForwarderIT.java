package io.vignette.worker.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.testkit.BadRecords;
import io.vignette.testkit.BadRecords.Header;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.Headers;
import io.vignette.wire.JobId;
import io.vignette.wire.Topics;
import io.vignette.worker.delay.RecordingJobPublisher.Published;
import io.vignette.worker.lease.UnreadableJob;
import io.vignette.worker.outcome.JobPublisher;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DelayForwarderIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.freshTopics();
  private final Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
  private final KafkaProducer<String, byte[]> producer =
      new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer());
  private final List<RuntimeException> troubles = new CopyOnWriteArrayList<>();
  private final List<UnreadableJob> setAside = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    producer.close();
  }

  @Test
  void movesJobsWhenTheyAreDueAndNotBefore() {
    broker.createTopics(topics);
    RecordingJobPublisher jobs = new RecordingJobPublisher(0);
    DelayForwarder forwarder = forwarder(jobs);
    forwarder.start();
    long due = System.currentTimeMillis() + 2_500;
    delay(Topics.Delay.TEN_SECONDS, "first", due);
    delay(Topics.Delay.TEN_SECONDS, "second", due + 300);
    delay(Topics.Delay.ONE_MINUTE, "another topic", 0);

    await().atMost(SOON).until(() -> jobs.published().size() == 3);
    forwarder.close(CLOSE);

    assertThat(jobs.jobIds()).containsExactly("another topic", "first", "second");
    Published first = jobs.published().get(1);
    Published second = jobs.published().get(2);
    assertThat(first.atMillis()).isBetween(due, due + 1_500);
    assertThat(second.atMillis()).isGreaterThanOrEqualTo(due + 300);
    assertThat(first.topic()).isEqualTo(topics.jobsInteractive());
    assertThat(first.headers()).containsExactly(Map.entry(Headers.ATTEMPT, "3"));
    assertThat(troubles).isEmpty();
  }

  @Test
  void movedJobsDoNotMoveAgainAfterARestart() {
    broker.createTopics(topics);
    delay(Topics.Delay.ONE_MINUTE, "moved", 0);
    delay(Topics.Delay.ONE_MINUTE, "waiting", System.currentTimeMillis() + 3_600_000);
    RecordingJobPublisher before = new RecordingJobPublisher(0);
    DelayForwarder first = forwarder(before);
    first.start();
    await().atMost(SOON).until(() -> before.published().size() == 1);
    first.close(CLOSE);

    delay(Topics.Delay.TEN_SECONDS, "new", 0);
    RecordingJobPublisher after = new RecordingJobPublisher(0);
    DelayForwarder second = forwarder(after);
    second.start();
    await().atMost(SOON).until(() -> !after.published().isEmpty());
    await()
        .during(Duration.ofMillis(500))
        .atMost(SOON)
        .until(() -> after.jobIds().equals(List.of("new")));
    second.close(CLOSE);

    assertThat(before.jobIds()).containsExactly("moved");
    assertThat(troubles).isEmpty();
  }

  @Test
  void unconfirmedMoveIsDoneAgain() {
    broker.createTopics(topics);
    delay(Topics.Delay.TEN_SECONDS, "job", 0);
    RecordingJobPublisher jobs = new RecordingJobPublisher(1);
    DelayForwarder forwarder = forwarder(jobs);
    forwarder.start();

    await().atMost(SOON).until(() -> jobs.jobIds().equals(List.of("job")));
    forwarder.close(CLOSE);

    assertThat(troubles).hasSize(1);
  }

  /** They wait together: what was written first is over first, however many there are. */
  @Test
  void recordsThatNeverWantToMoveHoldUpAJobNoLongerThanTheTopicSays() {
    broker.createTopics(topics);
    Instant longAgo = Instant.now().minus(Duration.ofMinutes(5));
    for (int i = 0; i < 350; i++) {
      delay(Topics.Delay.ONE_MINUTE, "poison-" + i, Long.MAX_VALUE, longAgo);
    }
    delay(Topics.Delay.ONE_MINUTE, "job", 0, Instant.now());
    RecordingJobPublisher jobs = new RecordingJobPublisher(0);
    DelayForwarder forwarder = forwarder(jobs);
    forwarder.start();

    await()
        .atMost(Duration.ofSeconds(50))
        .untilAsserted(() -> assertThat(jobs.jobIds()).contains("job"));
    forwarder.close(CLOSE);
  }

  @Test
  void movesALongLineInOrder() {
    broker.createTopics(topics);
    for (int i = 0; i < 350; i++) {
      delay(Topics.Delay.TEN_SECONDS, "job-" + i, 0);
    }
    RecordingJobPublisher jobs = new RecordingJobPublisher(0);
    DelayForwarder forwarder = forwarder(jobs);
    forwarder.start();

    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(jobs.jobIds()).as("%s", troubles).contains("job-349"));
    forwarder.close(CLOSE);

    // After a trouble with Kafka a whole poll moves again: in order, never with a gap.
    assertThat(jobs.jobIds().stream().distinct())
        .as("%s", troubles)
        .containsExactlyElementsOf(IntStream.range(0, 350).mapToObj(i -> "job-" + i).toList());
  }

  @Test
  void startsBeforeItsTopicsExist() {
    RecordingJobPublisher jobs = new RecordingJobPublisher(0);
    DelayForwarder forwarder = forwarder(jobs);
    forwarder.start();
    await().during(Duration.ofMillis(500)).atMost(SOON).until(troubles::isEmpty);

    broker.createTopics(topics);
    delay(Topics.Delay.TEN_MINUTES, "job", 0);

    await().atMost(SOON).until(() -> jobs.jobIds().equals(List.of("job")));
    forwarder.close(CLOSE);
    assertThat(troubles).isEmpty();
  }

  @Test
  void twoForwardersShareTheWork() {
    broker.createTopics(topics);
    RecordingJobPublisher jobs = new RecordingJobPublisher(0);
    DelayForwarder one = forwarder(jobs);
    DelayForwarder other = forwarder(jobs);
    one.start();
    other.start();
    long due = System.currentTimeMillis() + 1_000;
    for (Topics.Delay delay : Topics.Delay.values()) {
      delay(delay, "early " + delay, due);
    }
    await().atMost(SOON).until(() -> jobs.published().size() >= 3);
    one.close(CLOSE);
    for (Topics.Delay delay : Topics.Delay.values()) {
      delay(delay, "late " + delay, 0);
    }
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(jobs.jobIds())
                    .contains("late TEN_SECONDS", "late ONE_MINUTE", "late TEN_MINUTES"));
    other.close(CLOSE);
  }

  /** Good jobs stand before, between and behind the bad ones, on one partition. */
  @Test
  void badRecordsCostTheirNeighboursNothing() {
    broker.createTopics(topics);
    List<String> good = new ArrayList<>();
    Set<String> bad = new HashSet<>();
    for (BadRecords.BadRecord record : BadRecords.onAnyTopic()) {
      good.add(delayGood());
      bad.add(record.name());
      send(record.key(), record.value(), record.headers());
    }
    for (Map.Entry<String, List<Header>> odd : oddTargets().entrySet()) {
      good.add(delayGood());
      send(JobId.fresh(Clock.systemUTC()).toString(), new byte[] {1}, odd.getValue());
    }
    good.add(delayGood());
    RecordingJobPublisher jobs = new RecordingJobPublisher(0);
    DelayForwarder forwarder = forwarder(jobs);
    forwarder.start();

    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(jobs.jobIds()).as("%s", troubles).contains(good.getLast()));
    awaitCommitted(good.size() + bad.size() + oddTargets().size());
    forwarder.close(CLOSE);

    assertThat(jobs.jobIds()).containsOnlyOnceElementsOf(good);
    assertThat(jobs.published()).extracting(Published::topic).isSubsetOf(topics.leased());
    assertThat(troubles).isEmpty();
    // The tombstones, and every target that is none; the rest is for whoever leases it to refuse.
    assertThat(setAside).hasSize(2 + oddTargets().size());
    assertThat(setAside).allMatch(record -> JobId.parse(record.id()).isPresent());
    assertThat(setAside).extracting(UnreadableJob::id).doesNotHaveDuplicates();
    assertThat(setAside)
        .extracting(UnreadableJob::problem)
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .isEqualTo(
                        "target of a delayed job: 'no such topic' (expected: one of %s)"
                            .formatted(String.join(", ", topics.leased()))));
  }

  private Map<String, List<Header>> oddTargets() {
    return Map.of(
        "no topic", List.of(Header.of(Headers.TARGET, "no such topic")),
        "a topic of results", List.of(Header.of(Headers.TARGET, topics.results())),
        "a delay topic", List.of(Header.of(Headers.TARGET, topics.delay(Topics.Delay.ONE_MINUTE))),
        "empty", List.of(Header.of(Headers.TARGET, "")),
        "no text", List.of(new Header(Headers.TARGET, new byte[] {-1, 0, 10})));
  }

  /** Without a bound it would wait until the year 33658, and all behind it. */
  @Test
  void anInstantThatNeverComesHoldsUpNobodyForLongerThanTheTopicSays() {
    broker.createTopics(topics);
    String patient = JobId.fresh(Clock.systemUTC()).toString();
    send(
        patient,
        new byte[] {1},
        List.of(
            Header.of(Headers.TARGET, topics.jobsBulk()),
            Header.of(Headers.NOT_BEFORE, "999999999999999")));
    for (String never : List.of("9223372036854775807", "-1", "tomorrow", "")) {
      send(never, new byte[] {1}, List.of(Header.of(Headers.NOT_BEFORE, never)));
    }
    RecordingJobPublisher jobs = new RecordingJobPublisher(0);
    SettableClock clock = new SettableClock();
    DelayForwarder forwarder = forwarder(jobs, clock);
    forwarder.start();
    await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> jobs.jobIds().isEmpty());

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              clock.advance(Topics.Delay.TEN_SECONDS.duration());
              assertThat(jobs.jobIds())
                  .containsExactly(patient, "9223372036854775807", "-1", "tomorrow", "");
            });
    forwarder.close(CLOSE);
    assertThat(setAside).isEmpty();
  }

  @Test
  void aRecordThatKafkaRefusesIsSetAsideAndAFailureRepeatsNoNeighbour() {
    broker.createTopics(topics);
    List<String> ids = List.of(delayGood(), delayGood(), delayGood(), delayGood());
    RecordingJobPublisher jobs = new RecordingJobPublisher(0);
    AtomicBoolean failed = new AtomicBoolean();
    DelayForwarder forwarder =
        forwarder(
            (topic, id, job, headers) -> {
              if (id.equals(ids.get(1))) {
                throw new RecordTooLargeException("too large");
              }
              return id.equals(ids.get(2)) && failed.compareAndSet(false, true)
                  ? CompletableFuture.failedFuture(new IllegalStateException("not confirmed"))
                  : jobs.publish(topic, id, job, headers);
            },
            Clock.systemUTC());
    forwarder.start();

    await().atMost(SOON).until(() -> jobs.published().size() == 3);
    awaitCommitted(4);
    forwarder.close(CLOSE);

    assertThat(jobs.jobIds()).containsExactlyInAnyOrder(ids.get(0), ids.get(2), ids.get(3));
    assertThat(setAside).extracting(UnreadableJob::id).containsExactly(ids.get(1));
    assertThat(troubles).hasSize(1);
  }

  private String delayGood() {
    String id = JobId.fresh(Clock.systemUTC()).toString();
    delay(Topics.Delay.TEN_SECONDS, id, 0);
    return id;
  }

  private void send(String key, byte[] value, List<Header> headers) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(topics.delay(Topics.Delay.TEN_SECONDS), key, value);
    headers.forEach(header -> record.headers().add(header.name(), header.value()));
    producer.send(
        record,
        (place, failure) -> {
          if (failure != null) {
            troubles.add(new IllegalStateException("not written", failure));
          }
        });
  }

  private void awaitCommitted(long offset) {
    try (Admin admin = broker.admin()) {
      TopicPartition partition = new TopicPartition(topics.delay(Topics.Delay.TEN_SECONDS), 0);
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(
                          admin
                              .listConsumerGroupOffsets(topics.prefix() + "-forwarder")
                              .partitionsToOffsetAndMetadata()
                              .get()
                              .get(partition))
                      .extracting(OffsetAndMetadata::offset)
                      .isEqualTo(offset));
    }
  }

  /** A clock that stands until it is advanced. */
  private static final class SettableClock extends Clock {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

    void advance(Duration by) {
      now.updateAndGet(then -> then.plus(by));
    }

    @Override
    public Instant instant() {
      return now.get();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("of one zone only");
    }
  }

  private DelayForwarder forwarder(RecordingJobPublisher jobs) {
    return forwarder(jobs, Clock.systemUTC());
  }

  private DelayForwarder forwarder(JobPublisher jobs, Clock clock) {
    return new DelayForwarder(
        client,
        topics,
        new Destinations(
            jobs,
            record -> {
              setAside.add(record);
              return CompletableFuture.completedFuture(null);
            }),
        clock,
        troubles::add);
  }

  private void delay(Topics.Delay delay, String jobId, long notBefore) {
    delay(delay, jobId, notBefore, Instant.now());
  }

  private void delay(Topics.Delay delay, String jobId, long notBefore, Instant written) {
    ProducerRecord<String, byte[]> delayed =
        new ProducerRecord<>(
            topics.delay(delay), null, written.toEpochMilli(), jobId, new byte[] {1});
    header(delayed, Headers.TARGET, topics.jobsInteractive());
    header(delayed, Headers.NOT_BEFORE, Long.toString(notBefore));
    header(delayed, Headers.ATTEMPT, "3");
    producer.send(
        delayed,
        (place, failure) -> {
          if (failure != null) {
            troubles.add(new IllegalStateException(jobId + " was not written", failure));
          }
        });
  }

  private static void header(ProducerRecord<String, byte[]> target, String name, String value) {
    target.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
