package io.vignette.gateway.status;

import io.vignette.proto.v1.JobStatus;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Jobs by id, in memory.
 *
 * <p>One thread writes, any thread reads. Holds at most {@code entriesMax} jobs after each {@link
 * #clean}, as long as that many are not open.
 */
final class StatusMap {
  private final Map<UUID, byte[]> entries = new ConcurrentHashMap<>();
  private final LongAdder open = new LongAdder();
  private final long retentionMillis;
  private final int entriesMax;

  StatusMap(long retentionMillis, int entriesMax) {
    this.retentionMillis = retentionMillis;
    this.entriesMax = entriesMax;
  }

  Optional<JobStatus> get(UUID id) {
    byte[] packed = entries.get(id);
    return packed == null ? Optional.empty() : Optional.of(PackedStatus.unpack(id, packed));
  }

  void put(UUID id, JobStatus status) {
    byte[] packed = PackedStatus.pack(status);
    byte @Nullable [] before = entries.put(id, packed);
    countOpen(before, -1);
    countOpen(packed, 1);
  }

  int size() {
    return entries.size();
  }

  long open() {
    return open.sum();
  }

  boolean isOverfull() {
    return entries.size() > entriesMax;
  }

  /** Shows every open job whose deadline was before {@code millis}. */
  void forEachOverdue(long millis, Consumer<JobStatus> action) {
    entries.forEach(
        (id, packed) -> {
          if (!PackedStatus.isTerminal(packed) && PackedStatus.deadlineMillis(packed) < millis) {
            action.accept(PackedStatus.unpack(id, packed));
          }
        });
  }

  /** Forgets jobs that ended before their retention, and the oldest of those if still too many. */
  void clean(long nowMillis) {
    forgetEndedBefore(nowMillis - retentionMillis);
    int excess = entries.size() - entriesMax;
    if (excess > 0) {
      long[] ended =
          entries.values().stream()
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
    for (Iterator<byte[]> each = entries.values().iterator(); each.hasNext(); ) {
      byte[] packed = each.next();
      if (PackedStatus.isTerminal(packed) && PackedStatus.sinceMillis(packed) < millis) {
        each.remove();
      }
    }
  }

  private void countOpen(byte @Nullable [] packed, int change) {
    if (packed != null && !PackedStatus.isTerminal(packed)) {
      open.add(change);
    }
  }
}
