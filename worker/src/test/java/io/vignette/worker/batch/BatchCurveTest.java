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

    for (int i = 0; i < 8; i++) {
      int at = 1000 * i;
      curve.landed("m", 1, millis(at), millis(at + 20));
      curve.landed("m", 8, millis(at + 20), millis(at + 100));
      curve.landed("m", 16, millis(at + 100), millis(at + 300));
    }

    assertThat(curve.imagesPerSecondMax()).isCloseTo(100, within(1e-9));
  }

  @Test
  void aBatchThatWaitedBehindAnotherCountsFromItsEnd() {
    BatchCurve curve = new BatchCurve(1);

    for (int i = 1; i <= 50; i++) {
      curve.landed("m", 8, millis(80 * (i - 1) - 40), millis(80 * i));
    }

    assertThat(curve.imagesPerSecondMax()).isCloseTo(100, within(1.0));
  }

  @Test
  void twoAnswersThatAreHeardOfAtTheSameMomentAreNoLimit() {
    BatchCurve curve = new BatchCurve(1);
    for (int i = 0; i < 20; i++) {
      curve.landed("m", 8, millis(200 * i), millis(200 * i + 160));
      curve.landed("m", 8, millis(200 * i), millis(200 * i + 160) + 5_000);
    }
    curve.landed("m", 3, millis(4000), millis(4160) + 5_000);

    assertThat(curve.imagesPerSecondMax()).isLessThanOrEqualTo(100.1);
  }

  @Test
  void aBatchThatFailedIsNobodyElsesTime() {
    BatchCurve curve = new BatchCurve(1);
    for (int i = 0; i < 8; i++) {
      curve.ended(millis(1000 * i + 900));
      curve.landed("m", 8, millis(1000 * i + 820), millis(1000 * i + 980));
    }

    assertThat(curve.imagesPerSecondMax()).isCloseTo(100, within(1e-9));
  }

  @Test
  void aModelThatWaitsBehindASlowerOneKeepsItsTime() {
    BatchCurve curve = new BatchCurve(1);

    for (int i = 0; i < 20; i++) {
      curve.landed("slow", 16, millis(2080 * i), millis(2080 * i + 2000));
      curve.landed("quick", 8, millis(2080 * i), millis(2080 * i + 2080));
    }

    assertThat(curve.imagesPerSecondMax()).isCloseTo(100, within(1e-9));
  }

  @Test
  void manyAtOnceDoNotWaitForEachOther() {
    BatchCurve curve = new BatchCurve(4);

    for (int i = 0; i < 8; i++) {
      curve.landed("m", 1, millis(0), millis(100));
    }

    assertThat(curve.imagesPerSecondMax()).isCloseTo(40, within(1e-9));
  }

  private static long millis(int millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
