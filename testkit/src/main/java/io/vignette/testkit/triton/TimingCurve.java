package io.vignette.testkit.triton;

import java.time.Duration;

/** How long a model computes for a batch, by its rows. */
@FunctionalInterface
public interface TimingCurve {

  Duration forRows(int rows);

  /** Answers at once. */
  static TimingCurve immediate() {
    return rows -> Duration.ZERO;
  }

  /** A part for each batch and a part for each row, as GPUs roughly have. */
  static TimingCurve linear(Duration batch, Duration row) {
    return rows -> batch.plus(row.multipliedBy(rows));
  }
}
