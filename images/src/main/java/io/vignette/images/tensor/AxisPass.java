package io.vignette.images.tensor;

import static io.vignette.images.tensor.Coefficients.PRECISION_BITS;

import java.util.Arrays;

/**
 * Resizes along one axis: takes lines of samples in order and adds each to the output lines it has
 * a share in.
 *
 * <p>Not thread-safe. Keeps output lines only, never the input, so that a very long axis costs no
 * memory. Every line is an array of its own and all loops use one index, because only then does the
 * JIT compiler use vector instructions (an offset into a shared array could overlap).
 */
final class AxisPass {
  private static final int HALF = 1 << (PRECISION_BITS - 1);

  private final Coefficients axis;
  private final int[][] sums;
  private int oldestOpen;

  AxisPass(Coefficients axis, int lineLength) {
    this.axis = axis;
    this.sums = new int[axis.out][lineLength];
    restart();
  }

  /** Forgets all lines. */
  void restart() {
    oldestOpen = 0;
    for (int[] line : sums) {
      Arrays.fill(line, HALF);
    }
  }

  /** Adds line number {@code index}; lines come in order, each once. */
  void add(int index, int[] line) {
    while (oldestOpen < sums.length && axis.end(oldestOpen) <= index) {
      oldestOpen++;
    }
    for (int out = oldestOpen; out < sums.length && axis.first[out] <= index; out++) {
      if (index < axis.end(out)) {
        accumulate(sums[out], axis.weights[axis.start[out] + index - axis.first[out]], line);
      }
    }
  }

  /** The output lines, samples from 0 to 255. To be read before the next restart. */
  int[][] finish() {
    for (int[] line : sums) {
      round(line);
    }
    return sums;
  }

  private static void accumulate(int[] sum, int weight, int[] line) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += weight * line[i];
    }
  }

  private static void round(int[] line) {
    for (int i = 0; i < line.length; i++) {
      line[i] = Math.max(0, Math.min(255, line[i] >> PRECISION_BITS));
    }
  }
}
