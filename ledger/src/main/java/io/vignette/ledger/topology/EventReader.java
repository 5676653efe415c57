package io.vignette.ledger.topology;

import io.vignette.records.JobEventReader;
import io.vignette.records.ReadEvent;
import io.vignette.records.UnreadableRecordException;
import org.apache.kafka.streams.processor.api.Record;

/** Reads a record of the events topic as every folder of events does. Stateless. */
final class EventReader {

  /** A status holds the identity twice, so two of these must fit into Kafka's usual 1 MiB. */
  static final int MAX_EVENT_BYTES = JobEventReader.EVENT_BYTES_MAX;

  private EventReader() {}

  /**
   * The event in {@code record}; where the writer gave no time, the record's.
   *
   * @throws UnreadableRecordException if it is none, or not one of the job in the key
   */
  static ReadEvent read(Record<String, byte[]> record) throws UnreadableRecordException {
    return JobEventReader.read(record.key(), record.value(), record.timestamp());
  }
}
