package io.vignette.records;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vignette.proto.v1.JobEvent;
import org.jspecify.annotations.Nullable;

/**
 * Reads a record of the events topic, for everybody who folds events. Stateless.
 *
 * <p>Trusts nobody. What it lets through can be folded and shown, and its status and result fit
 * into a record. An event that ends a job must end it, whatever else is wrong with it: numbers,
 * times and texts that cannot be are replaced or left out, and {@link ReadEvent#repaired} names
 * them. Only a record that does not tell of which job it speaks, or that is no event, is refused.
 */
public final class JobEventReader {

  /**
   * The largest event. A status holds the identity twice, so two of these must fit into Kafka's
   * usual 1 MiB. A worker states nothing larger.
   */
  public static final int EVENT_BYTES_MAX = 480 * 1024;

  /** No job id is nearly as long; every entry and every record about the job repeats it. */
  private static final int JOB_ID_CHARACTERS_MAX = 255;

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
    if (jobId.isEmpty() || jobId.length() > JOB_ID_CHARACTERS_MAX || !jobId.equals(key)) {
      throw new UnreadableRecordException(
          "event key: %s (expected: its job id, '%s', of 1 to %d characters)"
              .formatted(
                  key == null ? "none" : "'" + ShownText.of(key) + "'",
                  ShownText.of(jobId),
                  JOB_ID_CHARACTERS_MAX));
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
