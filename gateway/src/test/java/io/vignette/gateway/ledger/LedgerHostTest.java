package io.vignette.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LedgerHostTest {

  @Test
  void threadsAreBoundToThePartitionsThereAre() {
    assertThat(hostOf(24, 24).isHealthy()).as("made, not started").isFalse();
    assertThatThrownBy(() -> hostOf(2, 1))
        .hasMessage(
            "vignette.ledger.threads: 2 (expected: 1 to 1, as vignette.topics.event-partitions)");
  }

  private static LedgerHost hostOf(int threads, int partitions) {
    return new LedgerHost(
        KafkaConnection.plaintext("localhost:9092"),
        Topics.standard(),
        partitions,
        new FixedLedger(threads, Path.of("state")));
  }
}
