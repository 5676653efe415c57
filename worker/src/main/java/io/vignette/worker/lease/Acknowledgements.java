package io.vignette.worker.lease;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.AcknowledgementCommitCallback;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.jspecify.annotations.Nullable;

/**
 * Which acknowledgements of one fetch the broker has not confirmed.
 *
 * <p>Not thread-safe: the consumer calls back in the lane's thread. An acknowledgement counts only
 * if the broker names its partition without an error; a leader that moved says nothing at all.
 */
final class Acknowledgements implements AcknowledgementCommitCallback {
  private final Set<RecordKey> unconfirmed = new HashSet<>();
  private final Set<RecordKey> refused = new HashSet<>();

  void sent(ConsumerRecord<String, byte[]> acknowledged) {
    unconfirmed.add(
        new RecordKey(acknowledged.topic(), acknowledged.partition(), acknowledged.offset()));
  }

  @Override
  public void onComplete(Map<TopicIdPartition, Set<Long>> offsets, @Nullable Exception exception) {
    offsets.forEach(
        (partition, ofPartition) ->
            ofPartition.forEach(offset -> settle(key(partition, offset), exception == null)));
  }

  private void settle(RecordKey key, boolean confirmed) {
    if (unconfirmed.remove(key) && !confirmed) {
      refused.add(key);
    }
  }

  /** Ends the fetch with the answer to its last commit: how many of its records come again. */
  int close(Map<TopicIdPartition, Optional<KafkaException>> answer) {
    answer.forEach(
        (partition, error) -> {
          if (error.isEmpty()) {
            unconfirmed.removeIf(
                key ->
                    key.partition() == partition.partition()
                        && key.topic().equals(partition.topic()));
          }
        });
    int lost = unconfirmed.size() + refused.size();
    unconfirmed.clear();
    refused.clear();
    return lost;
  }

  private static RecordKey key(TopicIdPartition partition, long offset) {
    return new RecordKey(partition.topic(), partition.partition(), offset);
  }
}
