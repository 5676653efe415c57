package io.vignette.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.ledger.topology.Ledger;
import io.vignette.ledger.topology.LedgerConfig;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerWatchIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.freshTopics();
  private LedgerWatch watch;
  private LedgerWatch never;

  @BeforeEach
  void makeTopics() {
    broker.createTopics(topics);
    watch = watchWith(Duration.ofMillis(1));
    never = watchWith(Duration.ZERO);
  }

  @AfterEach
  void close() {
    watch.close();
    never.close();
  }

  @Test
  void seesThatNoLedgerFoldsAndThatOneDoesAgain() throws Exception {
    watch.pass();
    assertThat(watch.isLagging()).as("no events, no lag").isFalse();

    FinishedJobs.send(broker, topics, 3);
    watch.pass();
    never.pass();

    assertThat(watch.eventsBehind()).isEqualTo(3);
    await().atMost(PATIENCE).until(watch::isLagging);
    assertThat(watch.secondsBehind()).isPositive();
    assertThat(never.isLagging()).as("switched off").isFalse();

    Ledger ledger = new Ledger(broker.connection(), topics, LedgerConfig.of(topics, folder));
    ledger.start();
    try {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                watch.pass();
                assertThat(watch.eventsBehind()).isZero();
                assertThat(watch.secondsBehind()).isZero();
                assertThat(watch.isLagging()).isFalse();
              });
    } finally {
      ledger.close(PATIENCE);
    }
  }

  private LedgerWatch watchWith(Duration lagMax) {
    return new LedgerWatch(
        broker.connection(), topics, Topics.EVENT_PARTITIONS, new FixedLedger(1, folder, lagMax));
  }
}
