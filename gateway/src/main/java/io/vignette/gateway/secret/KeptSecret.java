package io.vignette.gateway.secret;

import io.vignette.wire.KafkaConnection;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/**
 * The secret that is kept in Kafka: the first usable record of a topic of one partition.
 *
 * <p>Any number of gateways may start at once on an empty topic. Each that finds it empty writes a
 * proposal of its own and reads again from the beginning, so all end with the record that Kafka put
 * first. Compaction would take that record away if a later one had its key; therefore every
 * proposal has a key of its own, and all stay for ever.
 *
 * <p>Reads with a plain consumer (decision 2). Not thread-safe.
 */
final class KeptSecret {
  /** As many as the hash that it keys gives. */
  static final int BYTES = 32;

  private static final Logger LOG = Logger.getLogger(KeptSecret.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConnection kafka;
  private final TopicPartition partition;

  KeptSecret(KafkaConnection kafka, String topic) {
    this.kafka = kafka;
    this.partition = new TopicPartition(topic, 0);
  }

  /** The secret, made by this gateway where there was none. Blocks. */
  byte[] readOrMake() throws ExecutionException, InterruptedException {
    Optional<byte[]> found = read();
    if (found.isPresent()) {
      return found.get();
    }
    propose();
    return read()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    partition.topic() + ": empty after a confirmed write (expected: a secret)"));
  }

  private Optional<byte[]> read() {
    Map<String, Object> settings =
        kafka.with(
            Map.of(
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false));
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          if (isUsable(record)) {
            return Optional.of(record.value());
          }
        }
      }
      return Optional.empty();
    }
  }

  /** What others may have written there is passed over, by every gateway alike. */
  private static boolean isUsable(ConsumerRecord<String, byte[]> record) {
    boolean isUsable = record.value() != null && record.value().length == BYTES;
    if (!isUsable) {
      LOG.warnf(
          "secret: record at offset %d of %s passed over (expected: %d bytes)",
          record.offset(), record.topic(), BYTES);
    }
    return isUsable;
  }

  private void propose() throws ExecutionException, InterruptedException {
    byte[] proposal = new byte[BYTES];
    new SecureRandom().nextBytes(proposal);
    Map<String, Object> settings = kafka.with(Map.of(ProducerConfig.ACKS_CONFIG, "all"));
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  partition.topic(), partition.partition(), UUID.randomUUID().toString(), proposal))
          .get();
    }
  }
}
