package io.vignette.worker.batch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;

/**
 * Everything that waits: open batches, and the parts of failed batches that go again.
 *
 * <p>Not thread-safe. The parts of a failed batch go first and stay as they are: who rides with a
 * suspect must not grow, or the search would not end. Then comes, of the buckets that do not linger
 * for company, the one whose first request is most urgent, so that none starves.
 */
final class Buckets {
  private static final Comparator<Bucket> BY_FIRST =
      Comparator.comparing(bucket -> Objects.requireNonNull(bucket.peek()), HeldRequest.BY_URGENCY);

  private final Map<Bucket.Key, Bucket> open = new HashMap<>();
  private final Queue<List<HeldRequest>> suspects = new ArrayDeque<>();

  /** Requests that wait. */
  int size() {
    return suspects.stream().mapToInt(List::size).sum()
        + open.values().stream().mapToInt(Bucket::size).sum();
  }

  void add(HeldRequest held) {
    open.computeIfAbsent(held.bucketKey(), Bucket::new).add(held);
  }

  /** Queues a part of a failed batch, to go as it is. */
  void addSuspects(List<HeldRequest> part) {
    suspects.add(part);
  }

  /** Takes a request out, if it waits in an open batch. */
  void remove(HeldRequest held) {
    if (held.isWaiting()) {
      Bucket bucket = Objects.requireNonNull(open.get(held.bucketKey()));
      bucket.remove(held);
      forgetIfEmpty(bucket);
    }
  }

  /**
   * The next batch; empty if nothing waits, or all that does lingers.
   *
   * @param patience how long a batch waits that would gain by company
   * @param expired takes the requests whose deadline has passed instead
   */
  List<HeldRequest> poll(Instant now, Patience patience, List<HeldRequest> expired) {
    List<HeldRequest> batch = new ArrayList<>();
    while (batch.isEmpty() && !suspects.isEmpty()) {
      suspects.remove().forEach(held -> sortOut(held, now, batch, expired));
    }
    Optional<Bucket> next;
    while (batch.isEmpty() && (next = mostUrgent(now, patience)).isPresent()) {
      fill(batch, next.get(), now, expired);
    }
    return batch;
  }

  private Optional<Bucket> mostUrgent(Instant now, Patience patience) {
    return open.values().stream()
        .filter(bucket -> bucket.lingerLeft(now, patience).isZero())
        .min(BY_FIRST);
  }

  /** When the first of the open batches will have lingered; empty if there is none. */
  Optional<Duration> shortestLinger(Instant now, Patience patience) {
    return open.values().stream()
        .map(bucket -> bucket.lingerLeft(now, patience))
        .min(Comparator.naturalOrder());
  }

  /** Everything that waits, in no order; nothing waits afterwards. */
  List<HeldRequest> pollAll() {
    List<HeldRequest> all = new ArrayList<>();
    suspects.forEach(all::addAll);
    suspects.clear();
    for (Bucket bucket : open.values()) {
      HeldRequest held;
      while ((held = bucket.poll()) != null) {
        all.add(held);
      }
    }
    open.clear();
    return all;
  }

  private void fill(
      List<HeldRequest> batch, Bucket bucket, Instant now, List<HeldRequest> expired) {
    int most = bucket.batchMax();
    HeldRequest held;
    while (batch.size() < most && (held = bucket.poll()) != null) {
      sortOut(held, now, batch, expired);
    }
    forgetIfEmpty(bucket);
  }

  private static void sortOut(
      HeldRequest held, Instant now, List<HeldRequest> batch, List<HeldRequest> expired) {
    if (!held.isWanted()) {
      return;
    }
    (held.isExpiredAt(now) ? expired : batch).add(held);
  }

  private void forgetIfEmpty(Bucket bucket) {
    if (bucket.isEmpty()) {
      open.remove(bucket.key());
    }
  }
}
