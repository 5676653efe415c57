package io.vignette.images.tensor;

import static io.vignette.images.tensor.Coefficients.PRECISION_BITS;

import java.util.Arrays;

/**
 * Resizes along one axis: takes lines of samples in order and makes an output line as soon as the
 * last line of its window is there.
 *
 * <p>Not thread-safe. Keeps as many input lines as the widest window has. Every line is an array of
 * its own and all loops use one index, because only then does the JIT compiler use vector
 * instructions (an offset into a shared array could overlap). Up to eight lines are weighed in one
 * loop: a loop a line would read and write the output line for each.
 */
final class AxisPass implements Lines {
  private static final int HALF = 1 << (PRECISION_BITS - 1);

  private final Coefficients axis;
  private final Lines output;

  /** Line number {@code i} is at {@code i} modulo the length. */
  private final int[][] window;

  private int next;

  /**
   * @param output takes lines of samples from 0 to 255
   * @param ahead lines that are being filled at the same time, beside the one that is next
   */
  AxisPass(Coefficients axis, int lineLength, int ahead, Lines output) {
    this.axis = axis;
    this.output = output;
    this.window = new int[axis.windowMax() + ahead][lineLength];
  }

  /** Begins with line 0 again. */
  void restart() {
    next = 0;
  }

  @Override
  public int[] array(int index) {
    return window[index % window.length];
  }

  @Override
  public void filled(int index) {
    while (next < axis.out && axis.end(next) <= index + 1) {
      weigh(next, output.array(next));
      output.filled(next);
      next++;
    }
  }

  private void weigh(int out, int[] sum) {
    int first = axis.first[out];
    int count = axis.end(out) - first;
    int weight = axis.start[out];
    Arrays.fill(sum, HALF);
    int line = 0;
    for (; count - line >= 8; line += 8) {
      addEight(sum, weight + line, first + line);
    }
    if (count - line >= 4) {
      addFour(sum, weight + line, first + line);
      line += 4;
    }
    for (; line < count; line++) {
      addOne(sum, axis.weights[weight + line], array(first + line));
    }
    round(sum);
  }

  private void addEight(int[] sum, int weight, int line) {
    int[] w = axis.weights;
    addEight(
        sum,
        w[weight],
        array(line),
        w[weight + 1],
        array(line + 1),
        w[weight + 2],
        array(line + 2),
        w[weight + 3],
        array(line + 3),
        w[weight + 4],
        array(line + 4),
        w[weight + 5],
        array(line + 5),
        w[weight + 6],
        array(line + 6),
        w[weight + 7],
        array(line + 7));
  }

  private static void addEight(
      int[] sum,
      int wa,
      int[] a,
      int wb,
      int[] b,
      int wc,
      int[] c,
      int wd,
      int[] d,
      int we,
      int[] e,
      int wf,
      int[] f,
      int wg,
      int[] g,
      int wh,
      int[] h) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] +=
          wa * a[i] + wb * b[i] + wc * c[i] + wd * d[i] + we * e[i] + wf * f[i] + wg * g[i]
              + wh * h[i];
    }
  }

  private void addFour(int[] sum, int weight, int line) {
    int[] w = axis.weights;
    addFour(
        sum,
        w[weight],
        array(line),
        w[weight + 1],
        array(line + 1),
        w[weight + 2],
        array(line + 2),
        w[weight + 3],
        array(line + 3));
  }

  private static void addFour(
      int[] sum, int wa, int[] a, int wb, int[] b, int wc, int[] c, int wd, int[] d) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += wa * a[i] + wb * b[i] + wc * c[i] + wd * d[i];
    }
  }

  private static void addOne(int[] sum, int weight, int[] line) {
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
