package io.vignette.records;

import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.Priority;
import java.util.Map;

/**
 * How large an identity in an event may be, and what is left of one that is larger. Stateless.
 *
 * <p>A status holds the identity twice beside the answers, and fields of several events join in it.
 * With these bounds it fits into Kafka's usual 1 MiB whatever the events say: a record that Kafka
 * refuses would stop the ledger. A job that keeps {@link JobRules} with the usual limits is never
 * touched.
 */
public final class IdentityBounds {
  /** Tags and lengths of one pair, at most. */
  private static final int PAIR_BYTES = 16;

  /** Most bytes of the metadata, as Protobuf writes them: those of 16 pairs are 128 KiB at most. */
  static final int METADATA_BYTES_MAX = 128 * 1024 + 16 * PAIR_BYTES;

  private IdentityBounds() {}

  /**
   * {@code identity} itself where it is within the bounds; else without the texts that are too
   * long, without metadata that are too large, without times that are none and without a priority
   * that has no name.
   */
  public static JobIdentity within(JobIdentity identity) {
    return isWithin(identity) ? identity : bounded(identity);
  }

  /** {@code text} where it is not too long for an identity; else nothing: half would be another. */
  public static String textWithin(String text) {
    return isShort(text) ? text : "";
  }

  private static boolean isWithin(JobIdentity identity) {
    return isShort(identity.getTenant())
        && isShort(identity.getClientReference())
        && isShort(identity.getBatchId())
        && isShort(identity.getModel())
        && isShort(identity.getRequestFingerprint())
        && identity.getPriority() != Priority.UNRECOGNIZED
        && WireTime.isValid(identity.getSubmittedAt())
        && WireTime.isValid(identity.getDeadline())
        && isSmall(identity);
  }

  private static JobIdentity bounded(JobIdentity identity) {
    JobIdentity.Builder bounded =
        identity.toBuilder()
            .setTenant(textWithin(identity.getTenant()))
            .setClientReference(textWithin(identity.getClientReference()))
            .setBatchId(textWithin(identity.getBatchId()))
            .setModel(textWithin(identity.getModel()))
            .setRequestFingerprint(textWithin(identity.getRequestFingerprint()));
    if (identity.getPriority() == Priority.UNRECOGNIZED) {
      bounded.clearPriority();
    }
    if (!WireTime.isValid(identity.getSubmittedAt())) {
      bounded.clearSubmittedAt();
    }
    if (!WireTime.isValid(identity.getDeadline())) {
      bounded.clearDeadline();
    }
    if (!isSmall(identity)) {
      bounded.clearMetadata();
    }
    return bounded.build();
  }

  /** Measured exactly only where characters of three bytes each could be too many. */
  private static boolean isSmall(JobIdentity identity) {
    long bytesAtMost = 0;
    for (Map.Entry<String, String> pair : identity.getMetadataMap().entrySet()) {
      bytesAtMost += PAIR_BYTES + 3L * (pair.getKey().length() + pair.getValue().length());
    }
    return bytesAtMost <= METADATA_BYTES_MAX
        || JobIdentity.newBuilder()
                .putAllMetadata(identity.getMetadataMap())
                .build()
                .getSerializedSize()
            <= METADATA_BYTES_MAX;
  }

  /** In characters, as at the doors: some are two units of Java's texts. */
  private static boolean isShort(String text) {
    return text.length() <= JobRules.IDENTITY_CHARACTERS_MAX
        || JobRules.characters(text) <= JobRules.IDENTITY_CHARACTERS_MAX;
  }
}
