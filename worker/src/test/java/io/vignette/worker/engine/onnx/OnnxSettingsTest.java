package io.vignette.worker.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxSettingsTest {

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 1, 2", "3, 1, 3", "4, 1, 4", "6, 1, 4", "8, 2, 4", "64, 16, 4"})
  void throughputSharesTheCoresAmongUpToFourBatches(int cores, int threads, int batches) {
    assertThat(OnnxSettings.forThroughput(cores)).isEqualTo(new OnnxSettings(threads, batches));
  }
}
