package io.vignette.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.gateway.GatewayParts;
import io.vignette.gateway.ledger.FinishedJobs;
import io.vignette.gateway.ledger.FixedLedger;
import io.vignette.gateway.ledger.LedgerWatch;
import io.vignette.gateway.presence.KafkaPresence;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayReadyIT {
  private final TestBroker broker = TestBroker.shared();

  @Test
  void aGatewayWhoseLedgerLooksWellIsNotReadyWhileResultsLag(@TempDir Path folder)
      throws Exception {
    GatewayParts parts = GatewayParts.of(broker.connection(), broker.freshTopics(), folder);
    parts.start();
    Topics unserved = broker.createTopics(broker.freshTopics());
    LedgerWatch results =
        new LedgerWatch(
            broker.connection(),
            unserved,
            Topics.EVENT_PARTITIONS,
            new FixedLedger(1, folder, Duration.ofMillis(1)));
    GatewayReady ready =
        new GatewayReady(
            parts.lifecycle(),
            parts.table(),
            parts.ledger(),
            results,
            new KafkaPresence(broker.connection()));
    results.pass();
    assertThat(ready.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);

    FinishedJobs.send(broker, unserved, 2);
    results.pass();

    await()
        .untilAsserted(
            () -> assertThat(ready.call().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN));
    Map<String, Object> data = ready.call().getData().orElseThrow();
    assertThat(data)
        .containsEntry("ledger", true)
        .containsEntry("resultsLag", true)
        .containsEntry("eventsBehind", 2L)
        .containsKey("secondsBehind");
    results.close();
    parts.stop();
  }
}
