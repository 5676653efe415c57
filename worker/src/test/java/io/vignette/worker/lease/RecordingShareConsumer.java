package io.vignette.worker.lease;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockShareConsumer;

/** A consumer without a broker that keeps what is acknowledged. */
final class RecordingShareConsumer extends MockShareConsumer<String, byte[]> {
  /** What became of one record. */
  record Acknowledged(long offset, AcknowledgeType verdict) {}

  private final List<Acknowledged> acknowledged = new ArrayList<>();

  @Override
  public synchronized void acknowledge(
      ConsumerRecord<String, byte[]> leased, AcknowledgeType verdict) {
    acknowledged.add(new Acknowledged(leased.offset(), verdict));
  }

  /** So far, in order. */
  synchronized List<Acknowledged> acknowledged() {
    return List.copyOf(acknowledged);
  }
}
