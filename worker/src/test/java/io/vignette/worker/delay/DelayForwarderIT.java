package io.vignette.worker.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.testkit.TestBroker;
import io.vignette.wire.Headers;
import io.vignette.wire.Topics;
import io.vignette.worker.delay.RecordingJobPublisher.Published;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
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
    delay(Topics.Delay.TEN_SECONDS, "moved", 0);
    delay(Topics.Delay.TEN_SECONDS, "waiting", System.currentTimeMillis() + 3_600_000);
    RecordingJobPublisher before = new RecordingJobPublisher(0);
    DelayForwarder first = forwarder(before);
    first.start();
    await().atMost(SOON).until(() -> before.published().size() == 1);
    first.close(CLOSE);

    delay(Topics.Delay.ONE_MINUTE, "new", 0);
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

  private DelayForwarder forwarder(RecordingJobPublisher jobs) {
    return new DelayForwarder(client, topics, jobs, Clock.systemUTC(), troubles::add);
  }

  private void delay(Topics.Delay delay, String jobId, long notBefore) {
    ProducerRecord<String, byte[]> delayed =
        new ProducerRecord<>(topics.delay(delay), jobId, new byte[] {1});
    header(delayed, Headers.TARGET, topics.jobsInteractive());
    header(delayed, Headers.NOT_BEFORE, Long.toString(notBefore));
    header(delayed, Headers.ATTEMPT, "3");
    producer.send(
        delayed,
        (written, failure) -> {
          if (failure != null) {
            troubles.add(new IllegalStateException(jobId + " was not written", failure));
          }
        });
  }

  private static void header(ProducerRecord<String, byte[]> target, String name, String value) {
    target.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
