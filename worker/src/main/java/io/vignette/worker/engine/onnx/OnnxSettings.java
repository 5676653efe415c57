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
}
