package io.vignette.worker.batch;

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
 * suspect must not grow, or the search would not end. Then comes the bucket whose first request is
 * most urgent, so that none starves.
 */
final class Buckets {
  private static final Comparator<Bucket> BY_FIRST =
      Comparator.comparing(bucket -> Objects.requireNonNull(bucket.peek()), HeldRequest.BY_URGENCY);

  private final Map<Bucket.Key, Bucket> open = new HashMap<>();
  private final Queue<List<HeldRequest>> suspects = new ArrayDeque<>();

  void add(HeldRequest held) {
    open.computeIfAbsent(held.bucketKey(), key -> new Bucket()).add(held);
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
      forgetIfEmpty(held.bucketKey(), bucket);
    }
  }

  /**
   * The next batch; empty if nothing waits.
   *
   * @param expired takes the requests whose deadline has passed instead
   */
  List<HeldRequest> poll(Instant now, List<HeldRequest> expired) {
    List<HeldRequest> batch = new ArrayList<>();
    while (batch.isEmpty() && !suspects.isEmpty()) {
      suspects.remove().forEach(held -> sortOut(held, now, batch, expired));
    }
    while (batch.isEmpty() && !open.isEmpty()) {
      fill(batch, now, expired);
    }
    return batch;
  }

  /**
   * The first of the next batch, where more company would do it good: a bulk request of a batch
   * that is not full. Empty where there is nothing to wait for.
   */
  Optional<HeldRequest> firstToGain() {
    if (!suspects.isEmpty() || open.isEmpty()) {
      return Optional.empty();
    }
    Map.Entry<Bucket.Key, Bucket> next = mostUrgent();
    HeldRequest first = Objects.requireNonNull(next.getValue().peek());
    boolean gains =
        !first.request().interactive() && next.getValue().size() < batchMax(next.getKey(), first);
    return gains ? Optional.of(first) : Optional.empty();
  }

  private Map.Entry<Bucket.Key, Bucket> mostUrgent() {
    return open.entrySet().stream().min(Map.Entry.comparingByValue(BY_FIRST)).orElseThrow();
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

  private void fill(List<HeldRequest> batch, Instant now, List<HeldRequest> expired) {
    Map.Entry<Bucket.Key, Bucket> next = mostUrgent();
    Bucket bucket = next.getValue();
    HeldRequest held;
    while ((held = bucket.peek()) != null && batch.size() < batchMax(next.getKey(), held)) {
      bucket.poll();
      sortOut(held, now, batch, expired);
    }
    forgetIfEmpty(next.getKey(), bucket);
  }

  private static int batchMax(Bucket.Key key, HeldRequest held) {
    return key.alone() ? 1 : held.model().preferredBatchSize();
  }

  private static void sortOut(
      HeldRequest held, Instant now, List<HeldRequest> batch, List<HeldRequest> expired) {
    if (!held.isWanted()) {
      return;
    }
    (held.isExpiredAt(now) ? expired : batch).add(held);
  }

  private void forgetIfEmpty(Bucket.Key key, Bucket bucket) {
    if (bucket.isEmpty()) {
      open.remove(key);
    }
  }
}
