package io.vignette.worker.batch;

import io.vignette.models.Model;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * An open batch: waiting requests that may share an inference, most urgent first.
 *
 * <p>Not thread-safe.
 */
final class Bucket {
  /**
   * What requests must have in common to share an inference.
   *
   * @param promptTokens length that their prompts are padded to
   * @param alone whether they share with nobody after all
   */
  record Key(String model, String version, int promptTokens, boolean alone) {
    static Key of(BatchRequest request) {
      Model model = request.model();
      int bucket = model.profile().text().bucketFor(request.item().longestPrompt());
      return new Key(model.name(), model.version(), bucket, request.alone());
    }
  }

  private final Key key;
  // Two queues are an order by urgency: each is in order of submission.
  private final Queue<HeldRequest> interactive = new ArrayDeque<>();
  private final Queue<HeldRequest> bulk = new ArrayDeque<>();

  Bucket(Key key) {
    this.key = key;
  }

  Key key() {
    return key;
  }

  void add(HeldRequest held) {
    held.waits(true);
    queueOf(held).add(held);
  }

  void remove(HeldRequest held) {
    held.waits(false);
    queueOf(held).remove(held);
  }

  int size() {
    return interactive.size() + bulk.size();
  }

  boolean isEmpty() {
    return interactive.isEmpty() && bulk.isEmpty();
  }

  /** Most requests that go together. */
  int batchMax() {
    HeldRequest first = peek();
    return key.alone() || first == null ? 1 : first.model().preferredBatchSize();
  }

  /**
   * How much longer the batch may wait for company that would do it good: zero if it is full or its
   * first request is interactive; where the engine is idle also if that has lingered, or the clock
   * stepped back meanwhile.
   */
  Duration lingerLeft(Instant now, Patience patience) {
    HeldRequest first = peek();
    if (first == null || first.request().interactive() || size() >= batchMax()) {
      return Duration.ZERO;
    }
    Duration waited = Duration.between(first.submittedAt(), now);
    boolean lingers = !waited.isNegative() && waited.compareTo(patience.linger()) < 0;
    Duration left = lingers ? patience.linger().minus(waited) : Duration.ZERO;
    return left.compareTo(patience.engineBusy()) > 0 ? left : patience.engineBusy();
  }

  @Nullable HeldRequest peek() {
    return mostUrgent().peek();
  }

  @Nullable HeldRequest poll() {
    HeldRequest held = mostUrgent().poll();
    if (held != null) {
      held.waits(false);
    }
    return held;
  }

  private Queue<HeldRequest> mostUrgent() {
    HeldRequest firstInteractive = interactive.peek();
    HeldRequest firstBulk = bulk.peek();
    if (firstInteractive == null || firstBulk == null) {
      return firstInteractive == null ? bulk : interactive;
    }
    return HeldRequest.BY_URGENCY.compare(firstInteractive, firstBulk) < 0 ? interactive : bulk;
  }

  private Queue<HeldRequest> queueOf(HeldRequest held) {
    return held.request().interactive() ? interactive : bulk;
  }
}
