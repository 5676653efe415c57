package io.vignette.records;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;
import org.jspecify.annotations.Nullable;

/**
 * Reads a record of the status topic. Stateless.
 *
 * <p>The ledger is the only writer, but the topic is open to whoever has the rights: what is read
 * can be shown and folded on, or is refused.
 */
public final class JobStatusReader {
  private JobStatusReader() {}

  /**
   * The status in a record; what no status can hold is replaced or left out, as in events.
   *
   * @param timestampMillis the record's own time, for a status without a usable one
   * @throws UnreadableRecordException if it is none, or not one of the job in the key, or its state
   *     has no name in this version
   */
  public static JobStatus read(@Nullable String key, byte[] value, long timestampMillis)
      throws UnreadableRecordException {
    JobStatus status = parse(value);
    if (!status.getJobId().equals(key)) {
      throw new UnreadableRecordException(
          "status key: '%s' (expected: its job id, '%s')"
              .formatted(ShownText.of(String.valueOf(key)), ShownText.of(status.getJobId())));
    }
    if (status.getState() == State.UNRECOGNIZED || status.getState() == State.STATE_UNSPECIFIED) {
      throw new UnreadableRecordException(
          "status state: %d (expected: 1 to 6)".formatted(status.getStateValue()));
    }
    if (status.getEventOffset() < 0) {
      throw new UnreadableRecordException(
          "status event_offset: %d (expected: 0 or more)".formatted(status.getEventOffset()));
    }
    return repaired(status, WireTime.written(timestampMillis));
  }

  private static JobStatus parse(byte[] value) throws UnreadableRecordException {
    try {
      return JobStatus.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new UnreadableRecordException(
          "status: %d bytes (expected: a JobStatus)".formatted(value.length), e);
    }
  }

  private static JobStatus repaired(JobStatus told, long timestampMillis) {
    JobStatus.Builder status = told.toBuilder();
    JobIdentity identity = IdentityBounds.within(told.getIdentity());
    if (identity != told.getIdentity()) {
      status.setIdentity(identity);
    }
    if (!WireTime.isPast(told.getSince(), timestampMillis)) {
      status.setSince(WireTime.ofMillis(timestampMillis));
    }
    if (!WireTime.isValid(told.getNotBefore())) {
      status.clearNotBefore();
    }
    if (told.getAttempt() < 0) {
      status.setAttempt(0);
    }
    if (told.hasQueuedAt()) {
      status.setQueuedAt(ResultRepair.submitted(told.getQueuedAt()));
    }
    if (told.hasResult()) {
      status.setResult(CaptionResultReader.repaired(told.getResult()));
    }
    return status.build();
  }
}
