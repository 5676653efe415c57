package io.vignette.ledger.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.vignette.proto.v1.JobEvent;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Reads a record of the events topic.
 *
 * <p>Stateless. Trusts nobody: what it lets through can be folded, and its status and result fit
 * into a record.
 */
final class EventReader {

  /** A status holds the identity twice, so two of these must fit into Kafka's usual 1 MiB. */
  static final int MAX_EVENT_BYTES = 480 * 1024;

  private EventReader() {}

  /**
   * The event in {@code record}; where the writer gave no time, the record's.
   *
   * @throws UnreadableEventException if it is none, or not one of the job in the key
   */
  static JobEvent read(Record<String, byte[]> record) throws UnreadableEventException {
    byte @Nullable [] value = record.value();
    if (value == null || value.length > MAX_EVENT_BYTES) {
      throw new UnreadableEventException(
          "event size: %s bytes (expected: 1 to %d)"
              .formatted(value == null ? "null" : value.length, MAX_EVENT_BYTES));
    }
    JobEvent event = parse(value);
    if (event.getJobId().isEmpty() || !event.getJobId().equals(record.key())) {
      throw new UnreadableEventException(
          "event key: %s (expected: its job id, '%s')".formatted(record.key(), event.getJobId()));
    }
    return event.hasAt() ? event : event.toBuilder().setAt(instant(record.timestamp())).build();
  }

  private static JobEvent parse(byte[] value) throws UnreadableEventException {
    try {
      return JobEvent.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new UnreadableEventException(
          "event: %d bytes (expected: a JobEvent)".formatted(value.length), e);
    }
  }

  private static Timestamp instant(long epochMillis) {
    return Timestamp.newBuilder()
        .setSeconds(Math.floorDiv(epochMillis, 1000L))
        .setNanos(Math.floorMod(epochMillis, 1000) * 1_000_000)
        .build();
  }
}
