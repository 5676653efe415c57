package io.vignette.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.proto.v1.CaptionResult;
import io.vignette.wire.Topics;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class TestBrokerIT {

  private final TestBroker broker = TestBroker.shared();

  @Test
  void resultsOfOnePrefixAreReadBackAlone() throws Exception {
    Topics topics = broker.createTopics(broker.freshTopics());
    broker.createTopics(broker.freshTopics());
    CaptionResult result = CaptionResult.newBuilder().setJobId("a").build();

    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(topics.results(), "a", result.toByteArray()))
          .get(20, TimeUnit.SECONDS);
    }

    assertThat(ResultsReader.readAll(broker.bootstrapServers(), topics)).containsExactly(result);
  }
}
