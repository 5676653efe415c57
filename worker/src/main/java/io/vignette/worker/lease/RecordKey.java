package io.vignette.worker.lease;

import io.vignette.proto.v1.Origin;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Names one record on a jobs topic: every delivery of it has the same key. */
public record RecordKey(String topic, int partition, long offset) {
  static RecordKey of(ConsumerRecord<?, ?> record) {
    return new RecordKey(record.topic(), record.partition(), record.offset());
  }

  static RecordKey of(Origin origin) {
    return new RecordKey(origin.getTopic(), origin.getPartition(), origin.getOffset());
  }
}
