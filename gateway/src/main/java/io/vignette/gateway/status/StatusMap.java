package io.vignette.gateway.status;

import io.vignette.proto.v1.JobStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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

  private static boolean isOverdue(byte[] packed, long millis, long unchangedSinceMillis) {
    return !PackedStatus.isTerminal(packed)
        && (PackedStatus.deadlineMillis(packed) < millis
            || PackedStatus.sinceMillis(packed) < unchangedSinceMillis);
  }
}
