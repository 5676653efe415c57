package io.vignette.worker.solo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import io.vignette.proto.v1.SoloMark;
import io.vignette.records.SkippedRecord;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.JobId;
import io.vignette.wire.Topics;
import io.vignette.worker.outcome.JobPublisher;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Marks between workers, on a real broker. */
@Timeout(120)
class KafkaSoloMarksIT {
  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.createTopics(broker.freshTopics());
  private final Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
  private final KafkaProducer<String, byte[]> producer =
      new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer());
  private final List<KafkaSoloMarks> opened = new ArrayList<>();
  private final List<RuntimeException> troubles = new CopyOnWriteArrayList<>();
  private final List<SkippedRecord> skipped = new CopyOnWriteArrayList<>();
  private final String job = JobId.fresh(Clock.systemUTC()).toString();
  private volatile boolean refused;

  @AfterEach
  void close() {
    opened.forEach(KafkaSoloMarks::close);
    producer.close();
  }

  private KafkaSoloMarks marks(String worker) {
    JobPublisher publisher =
        (topic, id, value, headers) ->
            refused
                ? CompletableFuture.failedFuture(new IllegalStateException("kafka: down"))
                : send(topic, id, value);
    KafkaSoloMarks marks =
        new KafkaSoloMarks(
            kafka,
            topics.soloMarks(),
            worker,
            publisher,
            Clock.systemUTC(),
            troubles::add,
            skipped::add);
    opened.add(marks);
    return marks;
  }

  private CompletionStage<Void> send(String topic, String id, byte[] value) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    producer.send(
        new ProducerRecord<>(topic, id, value),
        (metadata, failure) -> {
          if (failure == null) {
            sent.complete(null);
          } else {
            sent.completeExceptionally(failure);
          }
        });
    return sent;
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private SoloMark.Builder mark() {
    return SoloMark.newBuilder().setJobId(job);
  }

  @Test
  void everyWorkerSeesAMarkAsSoonAsItIsConfirmed() throws Exception {
    KafkaSoloMarks one = marks("one");
    KafkaSoloMarks other = marks("other");
    assertThat(get(other.of(job))).isEqualTo(SoloMark.getDefaultInstance());

    for (int crashes = 0; crashes < 50; crashes++) {
      get(one.put(mark().setOpen(true).setCrashes(crashes).build()));

      SoloMark seen = get(other.of(job));
      assertThat(seen.getCrashes()).isEqualTo(crashes);
      assertThat(seen.getWorker()).isEqualTo("one");
      assertThat(seen.hasAt()).isTrue();
    }
    assertThat(get(marks("late").of(job)).getCrashes()).isEqualTo(49);
  }

  @Test
  void aWorkerThatLivesClosesItsMarkHoweverLongKafkaIsAway() throws Exception {
    KafkaSoloMarks one = marks("one");
    KafkaSoloMarks other = marks("other");
    get(one.put(mark().setOpen(true).build()));
    refused = true;

    get(one.close(mark().build()));

    assertThat(get(one.of(job)).getOpen()).as("what it knows of itself").isFalse();
    assertThat(get(other.of(job)).getOpen()).isTrue();
    refused = false;
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(get(other.of(job)).getOpen()).isFalse());
  }

  /** A suspect would wait for ever, or the worker could not read it at all. */
  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE, 253_402_300_799L})
  void aMarkOfATimeThatCanNotBeIsOfItsRecordsTime(long seconds) throws Exception {
    Instant before = Instant.now();
    SoloMark told =
        mark()
            .setWaited(true)
            .setCrashes(2)
            .setAt(Timestamp.newBuilder().setSeconds(seconds))
            .build();
    get(send(topics.soloMarks(), job, told.toByteArray()));

    SoloMark seen = get(marks("one").of(job));

    assertThat(Instant.ofEpochSecond(seen.getAt().getSeconds()))
        .isBetween(before.minusSeconds(1), Instant.now());
    assertThat(seen.getCrashes()).isEqualTo(2);
    assertThat(seen.getWaited()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void countsThatNobodyCountedAreBounded(int count) throws Exception {
    SoloMark told = mark().setCrashes(count).setDeliveries(count).setOpen(true).build();
    get(send(topics.soloMarks(), job, told.toByteArray()));

    SoloMark seen = get(marks("one").of(job));

    assertThat(seen.getCrashes()).isBetween(0, 1_000);
    assertThat(seen.getDeliveries()).isBetween(0, 1_000);
    assertThat(seen.getOpen()).isTrue();
  }

  @Test
  void garbageOnTheTopicCostsNobodyAMark() throws Exception {
    get(send(topics.soloMarks(), job, "no mark".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    get(send(topics.soloMarks(), job, null));
    KafkaSoloMarks one = marks("one");
    get(one.put(mark().setOpen(true).build()));

    assertThat(get(one.of(job)).getOpen()).isTrue();
    assertThat(troubles).isEmpty();
    assertThat(skipped).hasSize(1);
  }
}
