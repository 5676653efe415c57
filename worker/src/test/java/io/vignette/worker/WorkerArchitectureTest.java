package io.vignette.worker;

import io.vignette.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class WorkerArchitectureTest {

  @Test
  void keepsTheRules() {
    ArchitectureRules.check("io.vignette.worker");
  }
}
