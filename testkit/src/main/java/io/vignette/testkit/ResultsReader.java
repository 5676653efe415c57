package io.vignette.testkit;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The results topic as a downstream service sees it: read committed, from the beginning. */
public final class ResultsReader {

  private ResultsReader() {}

  /** Every result that is committed at the moment of the call, in partition order. */
  public static List<CaptionResult> readAll(String bootstrapServers, Topics topics) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "earliest");
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topics.results()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<CaptionResult> results = new ArrayList<>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> results.add(parse(record.value())));
      }
      return results;
    }
  }

  private static CaptionResult parse(byte[] value) {
    try {
      return CaptionResult.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a record on the results topic is no CaptionResult", e);
    }
  }
}
