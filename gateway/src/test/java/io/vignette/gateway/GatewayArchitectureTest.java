package io.vignette.gateway;

import io.vignette.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class GatewayArchitectureTest {
  @Test
  void rulesHold() {
    ArchitectureRules.check("io.vignette.gateway");
  }
}
