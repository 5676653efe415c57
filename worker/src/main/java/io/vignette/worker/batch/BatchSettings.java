package io.vignette.worker.batch;

import java.time.Duration;

/**
 * Bounds of a {@link Batcher}.
 *
 * @param inFlightMax batches at the engine at once, from 1. Too low: the engine idles between
 *     batches. Too high: batches leave before they are full.
 * @param heldMax pictures waiting or in flight, from 1. The permits upstream should never reach it.
 * @param interactiveHeadStart an interactive request counts as if it had come this much earlier.
 *     Zero: first come, first served. Long: bulk waits while there is anything interactive, but
 *     never longer than this.
 * @param linger longest wait of a bulk request for others that are on their way. Zero: batches stay
 *     small where preparation is slower than the engine. Long: bulk answers come later.
 */
public record BatchSettings(
    int inFlightMax, int heldMax, Duration interactiveHeadStart, Duration linger) {
  /** What suits one engine beside the worker. */
  public static final BatchSettings DEFAULT =
      new BatchSettings(2, 1024, Duration.ofSeconds(10), Duration.ofMillis(50));

  public BatchSettings {
    requirePositive("inFlightMax", inFlightMax);
    requirePositive("heldMax", heldMax);
    requireNotNegative("interactiveHeadStart", interactiveHeadStart);
    requireNotNegative("linger", linger);
  }

  /** The same for an engine that answers another number of batches at once. */
  public BatchSettings withInFlightMax(int batches) {
    return new BatchSettings(batches, heldMax, interactiveHeadStart, linger);
  }

  /** The same with room for so many requests at least. */
  public BatchSettings withHeld(int requests) {
    return new BatchSettings(
        inFlightMax, Math.max(heldMax, requests), interactiveHeadStart, linger);
  }

  private static void requireNotNegative(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException("%s: %s (expected: zero or more)".formatted(name, value));
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s: %d (expected: at least 1)".formatted(name, value));
    }
  }
}
