package io.vignette.gateway.intake;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Records of one fetch, handed over together. Its offsets are commit-ready up to the first undone.
 */
final class EventBatch {
  private final Map<ConsumerRecord<byte[], byte[]>, CompletableFuture<Void>> work =
      new LinkedHashMap<>();
  private final CompletableFuture<Void> all;

  EventBatch(
      ConsumerRecords<byte[], byte[]> records,
      Function<ConsumerRecord<byte[], byte[]>, CompletableFuture<Void>> handler) {
    records.forEach(record -> work.put(record, handler.apply(record)));
    this.all = CompletableFuture.allOf(work.values().toArray(CompletableFuture<?>[]::new));
  }

  /** Completes when every record is brought to its end. */
  CompletableFuture<Void> all() {
    return all;
  }

  /** By partition, the offset behind the records that are done without a gap. */
  Map<TopicPartition, OffsetAndMetadata> commitReady() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    Map<TopicPartition, ConsumerRecord<byte[], byte[]>> gaps = new HashMap<>();
    work.forEach(
        (record, done) -> {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          if (!done.isDone() || done.isCompletedExceptionally()) {
            gaps.putIfAbsent(partition, record);
          } else if (!gaps.containsKey(partition)) {
            offsets.put(
                partition, new OffsetAndMetadata(record.offset() + 1, record.leaderEpoch(), ""));
          }
        });
    return offsets;
  }
}
