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

  /** Before that a size says little: two answers may be heard of at the same moment. */
  private static final int SAMPLES_MIN = 8;

  private final int concurrency;
  private final int inFlightMax;
  private final Map<Key, Time> times = new HashMap<>();
  private long lastLanded;
  private boolean hasLanded;
  private @Nullable String lastModel;

  private record Key(String model, int size) {}

  private record Time(double nanos, int samples) {
    Time with(double newest) {
      return new Time(nanos + NEWEST * (newest - nanos), Math.min(SAMPLES_MIN, samples + 1));
    }
  }

  /**
   * @param concurrency batches that the engine computes at once, from 1
   * @param inFlightMax batches at the engine at most
   */
  BatchCurve(int concurrency, int inFlightMax) {
    this.concurrency = concurrency;
    this.inFlightMax = inFlightMax;
  }

  /** A batch has its answers. */
  void landed(String model, int size, long sentNanos, long landedNanos) {
    long began = sentNanos;
    if (concurrency == 1 && hasLanded && lastLanded - sentNanos > 0) {
      began = lastLanded;
    }
    ended(landedNanos);
    lastModel = model;
    // However late both were heard of, it was not alone for longer than that.
    double least = (double) (landedNanos - sentNanos) / inFlightMax;
    double took = Math.max(1, Math.max(least, landedNanos - began));
    times.merge(new Key(model, size), new Time(took, 1), (known, one) -> known.with(took));
  }

  /** A batch has ended, with answers or without. */
  void ended(long nanos) {
    lastLanded = nanos;
    hasLanded = true;
  }

  /** With the size that does most, of the model that was asked last; 0 before the first batches. */
  double imagesPerSecondMax() {
    return times.entrySet().stream()
        .filter(each -> each.getKey().model().equals(lastModel))
        .filter(each -> each.getValue().samples() >= SAMPLES_MIN)
        .mapToDouble(each -> concurrency * each.getKey().size() * 1e9 / each.getValue().nanos())
        .max()
        .orElse(0);
  }
}
