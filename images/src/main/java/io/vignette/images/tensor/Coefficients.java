package io.vignette.images.tensor;

/**
 * The weights that turn one axis of {@code in} samples into {@code out} samples: for each output
 * sample a window of input samples and one fixed-point weight for each of them.
 *
 * <p>Immutable. The arithmetic (order of operations included) is that of Pillow's resampling,
 * because a weight that differs in its last bit can change a pixel.
 */
final class Coefficients {
  static final int PRECISION_BITS = 22;

  private static final double SUPPORT = 2.0;

  final int in;
  final int out;
  // First input sample of each window; windows move forward only.
  final int[] first;
  // Start of each output sample's weights; one more entry than output samples.
  final int[] start;
  final int[] weights;

  private Coefficients(int in, int out, int[] first, int[] start, int[] weights) {
    this.in = in;
    this.out = out;
    this.first = first;
    this.start = start;
    this.weights = weights;
  }

  static Coefficients of(int in, int out) {
    double scale = (double) in / out;
    double filterScale = Math.max(scale, 1.0);
    double support = SUPPORT * filterScale;
    int[] first = new int[out];
    int[] start = new int[out + 1];
    for (int i = 0; i < out; i++) {
      double centre = (i + 0.5) * scale;
      first[i] = Math.max((int) (centre - support + 0.5), 0);
      int end = Math.min((int) (centre + support + 0.5), in);
      start[i + 1] = Math.addExact(start[i], end - first[i]);
    }
    int[] weights = new int[start[out]];
    for (int i = 0; i < out; i++) {
      fill(weights, start[i], start[i + 1], first[i], (i + 0.5) * scale, 1.0 / filterScale);
    }
    return new Coefficients(in, out, first, start, weights);
  }

  private static void fill(
      int[] weights, int from, int to, int first, double centre, double inverseScale) {
    double[] window = new double[to - from];
    double sum = 0.0;
    for (int i = 0; i < window.length; i++) {
      window[i] = cubic((i + first - centre + 0.5) * inverseScale);
      sum += window[i];
    }
    for (int i = 0; i < window.length; i++) {
      weights[from + i] = fixed(sum == 0.0 ? window[i] : window[i] / sum);
    }
  }

  /** The window's end (exclusive) in input samples. */
  int end(int output) {
    return first[output] + start[output + 1] - start[output];
  }

  /** Input samples of the widest window. */
  int windowMax() {
    int most = 1;
    for (int i = 0; i < out; i++) {
      most = Math.max(most, start[i + 1] - start[i]);
    }
    return most;
  }

  private static int fixed(double weight) {
    return (int) ((weight < 0 ? -0.5 : 0.5) + weight * (1 << PRECISION_BITS));
  }

  /** Keys' cubic convolution with a = -0.5. */
  private static double cubic(double value) {
    double a = -0.5;
    double x = Math.abs(value);
    if (x < 1.0) {
      return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
    }
    return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * a : 0.0;
  }
}
