package io.vignette.ledger.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Results flow again soon after an outage. The bounds are for a machine with much else to do; on a
 * quiet one it is 15 s after Kafka's absence and 8 s after a ledger's death ({@link
 * LedgerOutageSuite}).
 */
class LedgerOutageIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration TEN = Duration.ofSeconds(10);
  private static final Duration THIRTY = Duration.ofSeconds(30);

  @Test
  void resultsFlowAgainAfterKafkaOrALedgerWasAway(@TempDir Path folder) throws Exception {
    try (OutageRig rig = OutageRig.start(folder)) {
      assertThat(rig.suffer(Outage.LEDGER_KILLED, Duration.ZERO).flowing())
          .as("a ledger was killed")
          .isLessThan(SOON);
      assertThat(rig.suffer(Outage.BROKER_KILLED, TEN).flowing())
          .as("Kafka was killed, 10 s")
          .isLessThan(SOON);
      assertThat(rig.suffer(Outage.BROKER_PAUSED, THIRTY).flowing())
          .as("Kafka didn't answer, 30 s")
          .isLessThan(SOON);
      assertThat(rig.settle()).as("jobs with more than one result").isZero();
    }
  }
}
