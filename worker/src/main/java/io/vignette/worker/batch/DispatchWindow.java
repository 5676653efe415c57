package io.vignette.worker.batch;

/**
 * A bounded window of batches in flight.
 *
 * <p>Not thread-safe; the {@link Batcher} calls it under its lock. Holds at most {@code
 * inFlightMax} batches; while it is full, open batches fill.
 */
final class DispatchWindow {
  private final int inFlightMax;
  private int inFlight;

  DispatchWindow(int inFlightMax) {
    if (inFlightMax < 1) {
      throw new IllegalArgumentException(
          "inFlightMax: %d (expected: at least 1)".formatted(inFlightMax));
    }
    this.inFlightMax = inFlightMax;
  }

  boolean hasRoom() {
    return inFlight < inFlightMax;
  }

  int inFlight() {
    return inFlight;
  }

  /**
   * Takes a place.
   *
   * @throws IllegalStateException if there is none; a programming error
   */
  void enter() {
    if (!hasRoom()) {
      throw new IllegalStateException(
          "in flight: %d (expected: less than %d)".formatted(inFlight, inFlightMax));
    }
    inFlight++;
  }

  /**
   * Gives a place back.
   *
   * @throws IllegalStateException if none was taken; a programming error
   */
  void leave() {
    if (inFlight == 0) {
      throw new IllegalStateException("in flight: 0 (expected: a batch that entered)");
    }
    inFlight--;
  }
}
