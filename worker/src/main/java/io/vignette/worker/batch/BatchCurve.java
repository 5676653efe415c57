package io.vignette.worker.batch;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an engine can do, learned from what it did: the time of a batch by its size, for each model.
 *
 * <p>Not thread-safe; the {@link Batcher} calls it under its lock. A batch that was sent while
 * another was computed counts from the end of that one. Times are averages that forget: a tenth is
 * the newest.
 */
final class BatchCurve {
  private static final double NEWEST = 0.1;

  private final int concurrency;
  private final Map<Key, Double> nanos = new HashMap<>();
  private long lastLanded;
  private boolean hasLanded;
  private @Nullable String lastModel;

  private record Key(String model, int size) {}

  /**
   * @param concurrency batches that the engine computes at once, from 1
   */
  BatchCurve(int concurrency) {
    this.concurrency = concurrency;
  }

  /** A batch has its answers. */
  void landed(String model, int size, long sentNanos, long landedNanos) {
    long began = sentNanos;
    if (concurrency == 1 && hasLanded && lastLanded - sentNanos > 0) {
      began = lastLanded;
    }
    lastLanded = landedNanos;
    hasLanded = true;
    lastModel = model;
    double took = Math.max(1, landedNanos - began);
    nanos.merge(new Key(model, size), took, (known, newest) -> known + NEWEST * (newest - known));
  }

  /** With the size that does most, of the model that was asked last; 0 before the first batch. */
  double imagesPerSecondMax() {
    return nanos.entrySet().stream()
        .filter(each -> each.getKey().model().equals(lastModel))
        .mapToDouble(each -> concurrency * each.getKey().size() * 1e9 / each.getValue())
        .max()
        .orElse(0);
  }
}
