package io.vignette.records;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vignette.proto.v1.JobEvent;
import io.vignette.wire.JobId;
import org.jspecify.annotations.Nullable;

/**
 * Reads a record of the events topic, for everybody who folds events. Stateless.
 *
 * <p>Trusts nobody. What it lets through can be folded and shown, and its status and result fit
 * into a record. An event that ends a job must end it, whatever else is wrong with it: numbers,
 * times and texts that cannot be are replaced or left out, and {@link ReadEvent#repaired} names
 * them. Only a record that does not tell of which job it speaks, by an id as gateways make them, or
 * that is no event, is refused.
 */
public final class JobEventReader {

  /**
   * The largest event. A status holds the identity twice, so two of these must fit into Kafka's
   * usual 1 MiB. A worker states nothing larger.
   */
  public static final int EVENT_BYTES_MAX = 480 * 1024;

  private JobEventReader() {}

  /**
   * The event in a record.
   *
   * @param timestampMillis the record's own time, for an event without a usable one
   * @throws UnreadableRecordException if it is none, or not one of the job in the key
   */
  public static ReadEvent read(@Nullable String key, byte @Nullable [] value, long timestampMillis)
      throws UnreadableRecordException {
    if (value == null || value.length > EVENT_BYTES_MAX) {
      throw new UnreadableRecordException(
          "event size: %s bytes (expected: 1 to %d)"
              .formatted(value == null ? "null" : value.length, EVENT_BYTES_MAX));
    }
    JobEvent event = parse(value);
    String jobId = event.getJobId();
    if (!jobId.equals(key) || JobId.parseWritten(jobId).isEmpty()) {
      throw new UnreadableRecordException(
          "event key: %s (expected: a job id, a UUID in lower case, and the event's own, '%s')"
              .formatted(
                  key == null ? "none" : "'" + ShownText.of(key) + "'", ShownText.of(jobId)));
    }
    return new EventRepair(event, timestampMillis).repaired();
  }

  private static JobEvent parse(byte[] value) throws UnreadableRecordException {
    try {
      return JobEvent.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new UnreadableRecordException(
          "event: %d bytes (expected: a JobEvent)".formatted(value.length), e);
    }
  }
}
