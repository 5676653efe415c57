package io.vignette.images;

import io.vignette.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  @Test
  void followsTheHouseRules() {
    ArchitectureRules.check("io.vignette.images");
  }
}
