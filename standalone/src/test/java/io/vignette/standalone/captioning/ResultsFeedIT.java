package io.vignette.standalone.captioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.testkit.BadRecords;
import io.vignette.testkit.BadRecords.BadRecord;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResultsFeedIT {

  private static final int RESULTS = 3000;

  private final String broker = TestBroker.shared().bootstrapServers();
  private final Topics topics = TestBroker.shared().freshTopics();

  @BeforeEach
  void write() throws Exception {
    TestBroker.shared().createTopics(topics);
    Map<String, Object> settings = Map.of("bootstrap.servers", broker);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < RESULTS; i++) {
        byte[] result = CaptionResult.newBuilder().setJobId("job-" + i).build().toByteArray();
        producer.send(new ProducerRecord<>(topics.results(), result));
      }
    }
  }

  @Test
  void readsEverythingThatIsThere() {
    List<CaptionResult> read = new ArrayList<>();

    ResultsFeed.readAll(broker, topics.results(), read::add, () -> false);

    assertThat(read).hasSize(RESULTS).doesNotHaveDuplicates();
  }

  @Test
  void badRecordsEndNoFeedAndCostTheirNeighboursNothing() throws Exception {
    List<CaptionResult> followed = new CopyOnWriteArrayList<>();
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    List<String> good = new ArrayList<>();
    try (ResultsFeed feed =
        ResultsFeed.open(broker, topics.results(), false, followed::add, failures::add)) {
      for (BadRecords.BadRecord bad : BadRecords.onAnyTopic()) {
        good.add(send(result("good-" + good.size())));
        send(bad);
      }
      send(oddResult());
      good.add(send(result("last")));

      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(followed)
                      .as("%s", failures)
                      .extracting(CaptionResult::getJobId)
                      .contains("last"));
    }

    assertThat(failures).isEmpty();
    assertThat(followed).extracting(CaptionResult::getJobId).containsOnlyOnceElementsOf(good);
    for (CaptionResult result : followed) {
      assertThat(JsonFormat.printer().print(result)).doesNotContain("NaN", ": -");
    }
    List<CaptionResult> all = new ArrayList<>();
    ResultsFeed.readAll(broker, topics.results(), all::add, () -> false);
    assertThat(all).extracting(CaptionResult::getJobId).containsAll(good);
  }

  private static CaptionResult.Builder result(String id) {
    return CaptionResult.newBuilder().setJobId(id);
  }

  /** As JSON it could not be printed. */
  private static CaptionResult.Builder oddResult() {
    Timestamp never = Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build();
    return result("odd")
        .setStateValue(77)
        .setFinishedAt(never)
        .setSubmittedAt(never)
        .setBatchSize(-1)
        .addAnswers(Answer.newBuilder().setConfidence(Double.NaN).setOutputTokens(-1));
  }

  private String send(CaptionResult.Builder result) throws Exception {
    send(new BadRecord("", result.getJobId(), result.build().toByteArray(), List.of()));
    return result.getJobId();
  }

  private void send(BadRecord sent) throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topics.results(), sent.key(), sent.value())).get();
    }
  }

  @Test
  void readsNoFurtherThanTheRequestThatBringsEnough() {
    List<CaptionResult> read = new ArrayList<>();

    ResultsFeed.readAll(broker, topics.results(), read::add, () -> !read.isEmpty());

    assertThat(read).isNotEmpty().hasSizeLessThan(RESULTS);
  }
}
