package io.vignette.gateway.status;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vignette.ledger.state.JobState;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.JobStatus;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Makes a {@link PackedStatus} of a status, and the status again.
 *
 * <p>What follows the front: the numbers of five {@link Words}, the fingerprint's bytes, and the
 * message without all that is said elsewhere; its result repeats the job's identity, so that goes
 * too. What does not fit the short form stays in the message.
 *
 * <p>Packed statuses are kept on disk: whoever changes their layout changes {@link
 * CheckpointFile#VERSION}.
 *
 * <p>Thread-safe.
 */
final class StatusPacker {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final int WORDS = 5;

  private final Words words = new Words();

  byte[] pack(UUID id, JobStatus status) {
    JobStatus.Builder rest = status.toBuilder().clearJobId().clearState();
    int[] numbers = takeWords(rest);
    byte[] fingerprint = takeFingerprint(rest);
    long since = takeSince(rest);
    long deadline = takeDeadline(rest);
    if (JobState.isTerminal(status) && rest.hasQueuedAt()) {
      // Only the account of open jobs needs it.
      rest.getQueuedAtBuilder().clearImageBytes();
    }
    if (status.hasResult()) {
      rest.setResult(withoutIdentity(rest.getResult()));
    }
    byte[] message = rest.build().toByteArray();
    int restBytes = WORDS * Short.BYTES + 1 + fingerprint.length + message.length;
    ByteBuffer packed = PackedStatus.begin(id, status.getStateValue(), since, deadline, restBytes);
    for (int number : numbers) {
      packed.putShort((short) number);
    }
    return packed.put((byte) fingerprint.length).put(fingerprint).put(message).array();
  }

  JobStatus unpack(byte[] packed) {
    try {
      ByteBuffer rest = ByteBuffer.wrap(packed).position(PackedStatus.FRONT_BYTES);
      String[] texts = new String[WORDS];
      for (int i = 0; i < WORDS; i++) {
        texts[i] = words.text(Short.toUnsignedInt(rest.getShort()));
      }
      byte[] fingerprint = new byte[rest.get()];
      rest.get(fingerprint);
      JobStatus.Builder status =
          JobStatus.newBuilder()
              .mergeFrom(packed, rest.position(), rest.remaining())
              .setJobId(PackedStatus.id(packed).toString())
              .setStateValue(PackedStatus.state(packed));
      giveInstants(status, packed);
      giveFingerprint(status, fingerprint);
      giveWords(status, texts);
      return status.hasResult() ? withIdentity(status) : status.build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "status of job " + PackedStatus.id(packed) + ": not as it was packed", e);
    }
  }

  /** Writes the texts that packed statuses refer to. */
  void writeTexts(DataOutputStream out) throws IOException {
    words.writeTo(out);
  }

  /** Reads them, before anything is packed: packed statuses refer to the same numbers. */
  void readTexts(DataInputStream in, long bytesMax) throws IOException {
    words.readFrom(in, bytesMax);
  }

  private int[] takeWords(JobStatus.Builder rest) {
    int topic = words.numberOf(rest.getQueuedAt().getTopic());
    int tenant = words.numberOf(rest.getIdentity().getTenant());
    int model = words.numberOf(rest.getIdentity().getModel());
    int version = words.numberOf(rest.getResult().getModelVersion());
    int worker = words.numberOf(rest.getResult().getWorker());
    if (topic != Words.NONE) {
      rest.getQueuedAtBuilder().clearTopic();
    }
    if (tenant != Words.NONE) {
      rest.getIdentityBuilder().clearTenant();
    }
    if (model != Words.NONE) {
      rest.getIdentityBuilder().clearModel();
    }
    if (version != Words.NONE) {
      rest.getResultBuilder().clearModelVersion();
    }
    if (worker != Words.NONE) {
      rest.getResultBuilder().clearWorker();
    }
    return new int[] {topic, tenant, model, version, worker};
  }

  private static void giveWords(JobStatus.Builder status, String[] texts) {
    if (!texts[0].isEmpty()) {
      status.getQueuedAtBuilder().setTopic(texts[0]);
    }
    if (!texts[1].isEmpty()) {
      status.getIdentityBuilder().setTenant(texts[1]);
    }
    if (!texts[2].isEmpty()) {
      status.getIdentityBuilder().setModel(texts[2]);
    }
    if (!texts[3].isEmpty()) {
      status.getResultBuilder().setModelVersion(texts[3]);
    }
    if (!texts[4].isEmpty()) {
      status.getResultBuilder().setWorker(texts[4]);
    }
  }

  private static byte[] takeFingerprint(JobStatus.Builder rest) {
    String fingerprint = rest.getIdentity().getRequestFingerprint();
    if (!SHA256.matcher(fingerprint).matches()) {
      return new byte[0];
    }
    rest.getIdentityBuilder().clearRequestFingerprint();
    return HexFormat.of().parseHex(fingerprint);
  }

  private static void giveFingerprint(JobStatus.Builder status, byte[] fingerprint) {
    if (fingerprint.length > 0) {
      status.getIdentityBuilder().setRequestFingerprint(HexFormat.of().formatHex(fingerprint));
    }
  }

  private static long takeSince(JobStatus.Builder rest) {
    if (!rest.hasSince() || !Nanos.canCount(rest.getSince())) {
      return PackedStatus.NO_SINCE;
    }
    long nanos = Nanos.of(rest.getSince());
    rest.clearSince();
    return nanos;
  }

  private static long takeDeadline(JobStatus.Builder rest) {
    JobIdentity identity = rest.getIdentity();
    if (!identity.hasDeadline() || !Nanos.canCount(identity.getDeadline())) {
      return PackedStatus.NO_DEADLINE;
    }
    rest.getIdentityBuilder().clearDeadline();
    return Nanos.of(identity.getDeadline());
  }

  private static void giveInstants(JobStatus.Builder status, byte[] packed) {
    long since = PackedStatus.sinceNanos(packed);
    long deadline = PackedStatus.deadlineNanos(packed);
    if (since != PackedStatus.NO_SINCE) {
      status.setSince(Nanos.timestamp(since));
    }
    if (deadline != PackedStatus.NO_DEADLINE) {
      status.getIdentityBuilder().setDeadline(Nanos.timestamp(deadline));
    }
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

  private static JobStatus withIdentity(JobStatus.Builder status) {
    JobIdentity identity = status.getIdentity();
    CaptionResult.Builder result =
        status
            .getResultBuilder()
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
    return status.build();
  }
}
