package io.vignette.standalone;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.vignette.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class StandaloneArchitectureTest {

  @Test
  void theModuleKeepsTheHouseRules() {
    assertThatCode(() -> ArchitectureRules.check("io.vignette.standalone"))
        .doesNotThrowAnyException();
  }
}
