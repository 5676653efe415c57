package io.vignette.worker.engine.onnx;

/**
 * How much of the machine the engine takes.
 *
 * @param threadsPerBatch threads that compute one batch; 0 = one a core. One thread a batch and
 *     several batches at once serve more images a second than one batch on all cores, but each
 *     batch takes longer.
 * @param batchesAtOnce batches computed at the same time, from 1; others wait
 */
public record OnnxSettings(int threadsPerBatch, int batchesAtOnce) {
  /** One batch at a time, on all cores. */
  public static final OnnxSettings DEFAULT = new OnnxSettings(0, 1);

  private static final int MANY_BATCHES = 4;

  public OnnxSettings {
    if (threadsPerBatch < 0) {
      throw new IllegalArgumentException(
          "threadsPerBatch: %d (expected: 0 or more)".formatted(threadsPerBatch));
    }
    if (batchesAtOnce < 1) {
      throw new IllegalArgumentException(
          "batchesAtOnce: %d (expected: at least 1)".formatted(batchesAtOnce));
    }
  }

  /**
   * For work of which nobody waits for a single image: as many batches at once as there are cores,
   * up to four, which share the cores. Threads that compute one batch together wait for each other
   * in each step of it; batches don't. More than four cost memory and gain little.
   *
   * @param cores from 1
   */
  public static OnnxSettings forThroughput(int cores) {
    int batches = Math.min(cores, MANY_BATCHES);
    return new OnnxSettings(cores / batches, batches);
  }
}
