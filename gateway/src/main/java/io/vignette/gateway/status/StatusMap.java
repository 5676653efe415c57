package io.vignette.gateway.status;

import io.vignette.gateway.status.CheckpointFile.Origin;
import io.vignette.proto.v1.JobStatus;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Jobs by id, in memory.
 *
 * <p>Thread-safe, but one thread at a time writes a job. Holds at most {@code entriesMax} jobs
 * after each {@link #clean}, as long as that many are not open.
 */
final class StatusMap {
  private final PackedTable entries = new PackedTable();
  private final StatusPacker packer = new StatusPacker();
  private final OpenJobs open = new OpenJobs();
  private final long retentionMillis;
  private final int entriesMax;

  StatusMap(long retentionMillis, int entriesMax) {
    this.retentionMillis = retentionMillis;
    this.entriesMax = entriesMax;
  }

  Optional<JobStatus> get(UUID id) {
    byte @Nullable [] packed = entries.get(id);
    return packed == null ? Optional.empty() : Optional.of(packer.unpack(packed));
  }

  void put(UUID id, JobStatus status) {
    byte @Nullable [] before = entries.put(packer.pack(id, status));
    // One that has ended is in no account, so there is no need to unpack it.
    boolean wasOpen = before != null && !PackedStatus.isTerminal(before);
    open.note(before != null && wasOpen ? packer.unpack(before) : null, status);
  }

  /** Forgets a job that has ended. */
  void remove(UUID id) {
    entries.remove(id);
  }

  int size() {
    return entries.size();
  }

  OpenJobs open() {
    return open;
  }

  boolean isOverfull() {
    return entries.size() > entriesMax;
  }

  /**
   * Open jobs whose deadline was before {@code millis}, or whose state has not changed since {@code
   * unchangedSinceMillis}, at most {@code limit}.
   */
  List<JobStatus> overdue(long millis, long unchangedSinceMillis, int limit) {
    return entries.stream()
        .filter(packed -> isOverdue(packed, millis, unchangedSinceMillis))
        .limit(limit)
        .map(packer::unpack)
        .toList();
  }

  /** Forgets jobs that ended before their retention, and the oldest of those if still too many. */
  void clean(long nowMillis) {
    forgetEndedBefore(nowMillis - retentionMillis);
    int excess = entries.size() - entriesMax;
    if (excess > 0) {
      long[] ended =
          entries.stream()
              .filter(PackedStatus::isTerminal)
              .mapToLong(PackedStatus::sinceMillis)
              .toArray();
      if (ended.length > 0) {
        Arrays.sort(ended);
        forgetEndedBefore(ended[Math.min(excess, ended.length) - 1] + 1);
      }
    }
  }

  private void forgetEndedBefore(long millis) {
    entries.removeIf(
        packed -> PackedStatus.isTerminal(packed) && PackedStatus.sinceMillis(packed) < millis);
  }

  /** Of what its checkpoints are. */
  Origin origin(Uuid topic, int partitions) {
    return new Origin(topic, partitions, retentionMillis, entriesMax);
  }

  /**
   * Writes what is there, at least as new as at the call:
   *
   * <pre>
   *   texts 4 · (bytes 4 · UTF-8) each
   *   statuses 4 · (bytes 4 · {@link PackedStatus}) each
   * </pre>
   */
  void writeTo(DataOutputStream out) throws IOException {
    // Before the texts, so that those they refer to are all among them.
    List<byte[]> statuses = entries.stream().toList();
    packer.writeTexts(out);
    out.writeInt(statuses.size());
    for (byte[] packed : statuses) {
      out.writeInt(packed.length);
      out.write(packed);
    }
  }

  /**
   * Puts in what another map wrote; this one must not have held a job yet.
   *
   * @param bytesMax the length of the source
   * @throws IOException with a part put in, if the source is not as a map writes it
   */
  void readFrom(DataInputStream in, long bytesMax) throws IOException {
    packer.readTexts(in, bytesMax);
    int statuses = in.readInt();
    if (statuses < 0 || statuses > bytesMax / PackedStatus.FRONT_BYTES) {
      throw new IOException("statuses: %d in %d bytes".formatted(statuses, bytesMax));
    }
    entries.reserve(statuses);
    for (int read = 0; read < statuses; read++) {
      int length = in.readInt();
      if (length < PackedStatus.FRONT_BYTES || length > bytesMax) {
        throw new IOException("status: %d bytes of %d".formatted(length, bytesMax));
      }
      byte[] packed = new byte[length];
      in.readFully(packed);
      entries.put(packed);
      if (!PackedStatus.isTerminal(packed)) {
        open.note(null, packer.unpack(packed));
      }
    }
  }

  private static boolean isOverdue(byte[] packed, long millis, long unchangedSinceMillis) {
    return !PackedStatus.isTerminal(packed)
        && (PackedStatus.deadlineMillis(packed) < millis
            || PackedStatus.sinceMillis(packed) < unchangedSinceMillis);
  }
}
