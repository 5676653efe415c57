package io.vignette.service;

import io.vignette.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ServiceArchitectureTest {

  @Test
  void keepsTheRules() {
    ArchitectureRules.check("io.vignette.service");
  }
}
