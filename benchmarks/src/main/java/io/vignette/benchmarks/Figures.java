package io.vignette.benchmarks;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** Minimum, median and maximum of some repetitions. */
record Figures(double min, double median, double max) {

  static Figures of(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("figures: none (expected: at least one)");
    }
    return new Figures(sorted[0], quantile(sorted, 0.5), sorted[sorted.length - 1]);
  }

  /** The value below which the given share of the sorted values lies. */
  static double quantile(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  static double quantile(Collection<Double> values, double share) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return quantile(sorted, share);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "min %.3f, median %.3f, max %.3f", min, median, max);
  }
}
