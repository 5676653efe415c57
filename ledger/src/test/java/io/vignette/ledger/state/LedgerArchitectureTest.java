package io.vignette.ledger.state;

import io.vignette.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class LedgerArchitectureTest {

  @Test
  void theLedgerKeepsTheHouseRules() {
    ArchitectureRules.check("io.vignette.ledger", "io.vignette.records");
  }
}
