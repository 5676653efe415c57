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
 */
public record BatchSettings(int inFlightMax, int heldMax, Duration interactiveHeadStart) {
  /** What suits one engine beside the worker. */
  public static final BatchSettings DEFAULT = new BatchSettings(2, 1024, Duration.ofSeconds(10));

  public BatchSettings {
    requirePositive("inFlightMax", inFlightMax);
    requirePositive("heldMax", heldMax);
    if (interactiveHeadStart.isNegative()) {
      throw new IllegalArgumentException(
          "interactiveHeadStart: %s (expected: zero or more)".formatted(interactiveHeadStart));
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s: %d (expected: at least 1)".formatted(name, value));
    }
  }
}
