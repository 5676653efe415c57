package io.vignette.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaConnectionTest {
  @Test
  void clientsAddWhatIsTheirs() {
    KafkaConnection kafka = KafkaConnection.plaintext("a:1,b:2");

    assertThat(kafka.with(Map.of("group.id", "g")))
        .isEqualTo(Map.of("bootstrap.servers", "a:1,b:2", "group.id", "g"));
  }

  @Test
  void passwordsAreNotTold() {
    KafkaConnection kafka =
        new KafkaConnection(Map.of("bootstrap.servers", "a:1", "sasl.jaas.config", "secret"));

    assertThat(kafka.toString()).doesNotContain("secret").contains("sasl.jaas.config");
  }

  @Test
  void addressesAreNeeded() {
    assertThatThrownBy(() -> new KafkaConnection(Map.of("sasl.mechanism", "PLAIN")))
        .hasMessage("Kafka: [sasl.mechanism] (expected: bootstrap.servers among them)");
  }
}
