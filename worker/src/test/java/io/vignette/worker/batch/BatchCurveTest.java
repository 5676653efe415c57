package io.vignette.worker.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BatchCurveTest {
  @Test
  void theBestSizeIsTheLimit() {
    BatchCurve curve = new BatchCurve(1);
    assertThat(curve.imagesPerSecondMax()).isZero();

    curve.landed("m", 1, millis(0), millis(20));
    curve.landed("m", 8, millis(20), millis(100));
    curve.landed("m", 16, millis(100), millis(300));

    assertThat(curve.imagesPerSecondMax()).isCloseTo(100, within(1e-9));
  }

  @Test
  void aBatchThatWaitedBehindAnotherCountsFromItsEnd() {
    BatchCurve curve = new BatchCurve(1);

    curve.landed("m", 8, millis(0), millis(80));
    curve.landed("m", 8, millis(10), millis(160));

    assertThat(curve.imagesPerSecondMax()).isCloseTo(100, within(1e-9));
  }

  @Test
  void manyAtOnceDoNotWaitForEachOther() {
    BatchCurve curve = new BatchCurve(4);

    curve.landed("m", 1, millis(0), millis(100));
    curve.landed("m", 1, millis(10), millis(110));

    assertThat(curve.imagesPerSecondMax()).isCloseTo(40, within(1e-9));
  }

  private static long millis(int millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
