package io.vignette.worker.cancellation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import io.vignette.proto.v1.CancelRequest;
import io.vignette.records.SkippedRecord;
import io.vignette.testkit.BadRecords;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CancellationFeedIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.freshTopics();
  private final Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
  private final KafkaProducer<String, byte[]> producer =
      new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer());
  private final List<RuntimeException> troubles = new CopyOnWriteArrayList<>();
  private final List<SkippedRecord> skipped = new CopyOnWriteArrayList<>();
  private final CancelledJobs cancelled = new CancelledJobs(Clock.systemUTC());
  private final CancellationFeed feed =
      new CancellationFeed(client, topics.cancellations(), cancelled, troubles::add, skipped::add);

  @AfterEach
  void close() {
    feed.close(CLOSE);
    producer.close();
  }

  @Test
  void requestsMadeBeforeTheStartAreKnownWhenLoaded() {
    broker.createTopics(topics);
    for (int i = 0; i < 1_200; i++) {
      cancel("job-" + i);
    }
    producer.flush();

    feed.start();
    awaitLoaded();

    assertThat(cancelled.isCancelled("job-0")).isTrue();
    assertThat(cancelled.isCancelled("job-1199")).isTrue();
    assertThat(cancelled.isCancelled("other")).isFalse();
  }

  @Test
  void requestsMadeLaterAreHeard() {
    broker.createTopics(topics);
    feed.start();
    awaitLoaded();

    cancel("late");

    await().atMost(SOON).until(() -> cancelled.isCancelled("late"));
    assertThat(troubles).isEmpty();
  }

  @Test
  void waitsForItsTopic() {
    feed.start();
    await()
        .during(Duration.ofMillis(300))
        .atMost(SOON)
        .until(() -> !feed.loaded().toCompletableFuture().isDone());

    broker.createTopics(topics);
    awaitLoaded();
    cancel("job");

    await().atMost(SOON).until(() -> cancelled.isCancelled("job"));
    assertThat(troubles).isEmpty();
  }

  @Test
  void unreadableRequestIsToldAndPassedOver() {
    broker.createTopics(topics);
    send("unreadable", "no request".getBytes(StandardCharsets.UTF_8));
    cancel("job");

    feed.start();

    await().atMost(SOON).until(() -> cancelled.isCancelled("job"));
    assertThat(cancelled.isCancelled("unreadable")).isFalse();
    assertThat(skipped)
        .singleElement()
        .satisfies(record -> assertThat(record.topic()).isEqualTo(topics.cancellations()));
    assertThat(troubles).isEmpty();
  }

  /** A worker that does not come to the end of the requests takes no jobs. */
  @Test
  void badRecordsKeepNoWorkerFromLoading() {
    broker.createTopics(topics);
    for (BadRecords.BadRecord bad : BadRecords.onAnyTopic()) {
      if (bad.key() != null) { // The topic is compacted: the broker takes no other.
        send(bad.key(), bad.value());
      }
    }
    for (long seconds : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -1, 253_402_300_799L}) {
      for (int nanos : new int[] {0, -1, 2_000_000_000}) {
        Timestamp at = Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos).build();
        send("at " + at, CancelRequest.newBuilder().setAt(at).build().toByteArray());
      }
    }
    send("no time", CancelRequest.getDefaultInstance().toByteArray());
    cancel("job");
    producer.flush();

    feed.start();
    awaitLoaded();

    assertThat(cancelled.isCancelled("job")).isTrue();
    assertThat(cancelled.isCancelled("no time")).isTrue();
    Timestamp never = Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build();
    assertThat(cancelled.isCancelled("at " + never)).isTrue();
    assertThat(troubles).isEmpty();
    assertThat(skipped).hasSizeGreaterThan(5);
  }

  @Test
  void closesSoonWhileItsTopicIsMissing() {
    feed.start();

    long start = System.nanoTime();
    feed.close(CLOSE);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
  }

  private void awaitLoaded() {
    feed.loaded().toCompletableFuture().orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
  }

  private void cancel(String jobId) {
    CancelRequest request =
        CancelRequest.newBuilder()
            .setJobId(jobId)
            .setAt(Timestamp.newBuilder().setSeconds(System.currentTimeMillis() / 1_000))
            .build();
    send(jobId, request.toByteArray());
  }

  private void send(String key, byte[] value) {
    producer.send(new ProducerRecord<>(topics.cancellations(), key, value));
  }
}
