package io.vignette.gateway.status;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.vignette.ledger.state.JobState;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A job's status as one array: what a sweep must see in front, then the message without what it
 * says twice (its id is the table's key, a result repeats the job's identity).
 */
final class PackedStatus {
  private static final int SINCE_AT = 1;
  private static final int DEADLINE_AT = SINCE_AT + Long.BYTES;
  private static final int MESSAGE_AT = DEADLINE_AT + Long.BYTES;

  private PackedStatus() {}

  static byte[] pack(JobStatus status) {
    JobStatus.Builder message = status.toBuilder().clearJobId();
    if (status.hasResult()) {
      message.setResult(withoutIdentity(status.getResult()));
    }
    byte[] bytes = message.build().toByteArray();
    return ByteBuffer.allocate(MESSAGE_AT + bytes.length)
        .put((byte) status.getStateValue())
        .putLong(millis(status.getSince()))
        .putLong(
            status.getIdentity().hasDeadline()
                ? millis(status.getIdentity().getDeadline())
                : Long.MAX_VALUE)
        .put(bytes)
        .array();
  }

  static JobStatus unpack(UUID id, byte[] packed) {
    try {
      JobStatus.Builder status =
          JobStatus.newBuilder()
              .mergeFrom(packed, MESSAGE_AT, packed.length - MESSAGE_AT)
              .setJobId(id.toString());
      if (status.hasResult()) {
        status.setResult(withIdentity(status));
      }
      return status.build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("status of job " + id + ": not as it was packed", e);
    }
  }

  static boolean isTerminal(byte[] packed) {
    State state = State.forNumber(packed[0]);
    return state != null && JobState.isTerminal(state);
  }

  static long sinceMillis(byte[] packed) {
    return ByteBuffer.wrap(packed).getLong(SINCE_AT);
  }

  /** {@link Long#MAX_VALUE} where the job has none. */
  static long deadlineMillis(byte[] packed) {
    return ByteBuffer.wrap(packed).getLong(DEADLINE_AT);
  }

  private static CaptionResult withoutIdentity(CaptionResult result) {
    return result.toBuilder()
        .clearJobId()
        .clearTenant()
        .clearClientReference()
        .clearBatchId()
        .clearModel()
        .clearMetadata()
        .clearRequestFingerprint()
        .clearSubmittedAt()
        .clearFinishedAt()
        .clearState()
        .build();
  }

  private static CaptionResult withIdentity(JobStatus.Builder status) {
    JobIdentity identity = status.getIdentity();
    CaptionResult.Builder result =
        status.getResult().toBuilder()
            .setJobId(status.getJobId())
            .setTenant(identity.getTenant())
            .setClientReference(identity.getClientReference())
            .setBatchId(identity.getBatchId())
            .setModel(identity.getModel())
            .putAllMetadata(identity.getMetadataMap())
            .setRequestFingerprint(identity.getRequestFingerprint())
            .setFinishedAt(status.getSince())
            .setStateValue(status.getStateValue());
    if (identity.hasSubmittedAt()) {
      result.setSubmittedAt(identity.getSubmittedAt());
    }
    return result.build();
  }

  private static long millis(Timestamp at) {
    return at.getSeconds() * 1000 + at.getNanos() / 1_000_000;
  }
}
