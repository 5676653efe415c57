package io.vignette.ledger.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class LedgerConfigTest {

  private static final LedgerConfig USUAL = LedgerConfig.of(Topics.standard(), Path.of("state"));

  @Test
  void theUsualLedger() {
    assertThat(USUAL)
        .isEqualTo(
            new LedgerConfig(
                "vignette-ledger",
                Path.of("state"),
                Duration.ofHours(72),
                Optional.empty(),
                1,
                -1,
                false));
  }

  @Test
  void becomesSettingsThatStreamsAccepts() {
    Properties settings =
        LedgerSettings.of(
            KafkaConnection.plaintext("localhost:9092"),
            USUAL.withInstanceId("a").withReplicationFactor(3));

    StreamsConfig accepted = new StreamsConfig(settings);

    assertThat(accepted.getMainConsumerConfigs("g", "c", 0))
        .containsEntry("session.timeout.ms", 6000)
        .containsEntry("heartbeat.interval.ms", 500)
        .containsEntry("max.poll.interval.ms", 10_000)
        .containsEntry("default.api.timeout.ms", 10_000)
        .containsEntry("request.timeout.ms", 8_000)
        .containsEntry("group.instance.id", "a-0")
        .containsEntry("isolation.level", "read_committed");
    assertThat(accepted.getProducerConfigs("c"))
        .containsEntry("linger.ms", 100)
        .containsEntry("transaction.timeout.ms", 5000)
        .containsEntry("max.block.ms", 5_000)
        .containsEntry("delivery.timeout.ms", 10_000)
        .containsEntry("max.in.flight.requests.per.connection", 1);
    assertThat(accepted.getRestoreConsumerConfigs("c")).containsEntry("request.timeout.ms", 8_000);
    assertThat(accepted.getAdminConfigs("c")).containsEntry("default.api.timeout.ms", 10_000);
    assertThat(accepted.getInt(StreamsConfig.REPLICATION_FACTOR_CONFIG)).isEqualTo(3);
  }

  @Test
  void threadsAreNotBoundToTheUsualPartitions() {
    assertThat(USUAL.withThreads(24).threads()).isEqualTo(24);
  }

  @Test
  void refusesWhatCannotWork() {
    assertThatThrownBy(() -> USUAL.withThreads(0))
        .hasMessage("ledger threads: 0 (expected: at least 1)");
    assertThatThrownBy(() -> USUAL.withRetention(Duration.ZERO))
        .hasMessage("ledger retention: PT0S (expected: > 0)");
    assertThatThrownBy(() -> USUAL.withReplicationFactor(0))
        .hasMessage("ledger replication factor: 0 (expected: -1 or at least 1)");
    assertThatThrownBy(
            () ->
                new LedgerConfig(
                    "", Path.of("s"), Duration.ofHours(1), Optional.empty(), 1, 1, false))
        .hasMessage("ledger application id: '' (expected: not blank)");
  }
}
