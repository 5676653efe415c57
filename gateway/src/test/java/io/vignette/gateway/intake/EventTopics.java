package io.vignette.gateway.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes and reads topics of a real broker as others would. */
final class EventTopics {
  private final String bootstrapServers;

  EventTopics(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /** Publishes records with their values and headers. */
  void publish(String topic, List<ConsumerRecord<byte[], byte[]>> records) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      records.forEach(
          record ->
              producer.send(
                  new ProducerRecord<>(
                      topic, null, null, record.key(), record.value(), record.headers())));
      producer.flush();
    }
  }

  /** All that is on a topic now. */
  List<ConsumerRecord<byte[], byte[]>> all(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(new HashMap<>())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  /** How many records of a topic a group has committed. */
  long committed(String topic, String group) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(Map.of("group.id", group))) {
      return consumer
          .committed(
              consumer.partitionsFor(topic).stream()
                  .map(each -> new TopicPartition(topic, each.partition()))
                  .collect(Collectors.toSet()))
          .values()
          .stream()
          .filter(offset -> offset != null)
          .mapToLong(offset -> offset.offset())
          .sum();
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer(Map<String, String> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("enable.auto.commit", false);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
