package io.vignette.worker.batch;

import java.util.HashMap;
import java.util.List;
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

  /** Part of a batch's time by which the next one is sent before its end, and the least of it. */
  private static final double AHEAD = 0.25;

  private static final double AHEAD_NANOS_MIN = 3e6;

  /** Ends that lie closer together, as a part of the batch's time, were heard of too late. */
  private static final double APART_MIN = 0.02;

  private final int concurrency;
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
    ended(landedNanos);
    lastModel = model;
    double took = Math.max(1, landedNanos - began);
    if (took >= APART_MIN * (landedNanos - sentNanos)) {
      times.merge(new Key(model, size), new Time(took, 1), (known, one) -> known.with(took));
    }
  }

  /** A batch that the engine computed has ended, with answers or without. */
  void ended(long nanos) {
    lastLanded = nanos;
    hasLanded = true;
  }

  /**
   * How long the engine has enough to compute, in ns: until then a batch gains by waiting and loses
   * nothing. Less a quarter of the last batch, for times vary and sending takes time. 0 for an
   * engine that is idle, that computes several batches at once, or whose times are not known yet.
   *
   * @param flights what is at the engine, in the order in which it was sent
   */
  double busyNanos(List<Flight> flights, long now) {
    if (concurrency > 1 || flights.isEmpty()) {
      return 0;
    }
    double last = 0;
    double all = 0;
    for (Flight flight : flights) {
      last = atLeastNanos(flight.model(), flight.size());
      all += last;
    }
    long sent = flights.getFirst().startedNanos();
    long began = hasLanded && lastLanded - sent > 0 ? lastLanded : sent;
    return Math.max(0, all - (now - began) - Math.max(AHEAD_NANOS_MIN, AHEAD * last));
  }

  /** The time of the largest batch that is known and no larger than this one; 0 if none is. */
  private double atLeastNanos(String model, int size) {
    for (int known = size; known > 0; known--) {
      Time time = times.get(new Key(model, known));
      if (time != null && time.samples() >= SAMPLES_MIN) {
        return time.nanos();
      }
    }
    return 0;
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
