package io.vignette.standalone.captioning;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.proto.v1.CaptionResult;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  void readsNoFurtherThanTheRequestThatBringsEnough() {
    List<CaptionResult> read = new ArrayList<>();

    ResultsFeed.readAll(broker, topics.results(), read::add, () -> !read.isEmpty());

    assertThat(read).isNotEmpty().hasSizeLessThan(RESULTS);
  }
}
