package io.vignette.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaseSettingsTest {
  private final LeaseSettings usual = LeaseSettings.of(6, 32);

  @ParameterizedTest
  @CsvSource({"1, 1", "6, 1", "7, 2", "24, 4", "96, 16", "192, 32", "288, 32", "4096, 32"})
  void lanesHoldTogetherWhatTheyAreFittedTo(int heldMax, int records) {
    LeaseSettings fitted = usual.fittedTo(heldMax);

    assertThat(fitted.recordsPerFetch()).isEqualTo(records);
    assertThat(fitted.bulkLanes()).isEqualTo(6);
  }

  @Test
  void theInteractiveLaneKeepsItsRoom() {
    LeaseSettings fitted = usual.fittedTo(24);

    assertThat(fitted.interactiveReserve()).isEqualTo(32);
    assertThat(fitted.permits()).isEqualTo(6 * 4 + 32 + 1);
    assertThat(usual.fittedTo(192)).isEqualTo(usual);
  }
}
