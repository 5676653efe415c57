package io.vignette.gateway.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.testkit.TestBroker;
import io.vignette.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

class TopicRetentionIT {
  /** Kafka's own default. */
  private static final Duration SEGMENT = Duration.ofDays(7);

  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.freshTopics();
  private final Retention retention = new TopicRetention(broker.connection(), topics);

  @Test
  void topicsThatWereThereBeforeKeepTheirRetention() throws Exception {
    try (Admin admin = broker.admin()) {
      NewTopic dead = new NewTopic(topics.dead(), 1, (short) 1);
      Map<String, String> longer =
          Map.of("retention.ms", Long.toString(Duration.ofDays(100).toMillis()));
      admin.createTopics(List.of(dead.configs(longer))).all().get(30, TimeUnit.SECONDS);
    }
    ensureTopics();

    assertThat(retention.longest()).contains(Duration.ofDays(100).plus(SEGMENT));
  }

  @Test
  void settingsAreReadAnew() throws Exception {
    ensureTopics();
    assertThat(retention.longest()).contains(Duration.ofDays(30).plus(SEGMENT));

    set(topics.dead(), "segment.ms", Long.toString(Duration.ofDays(1).toMillis()));
    assertThat(retention.longest()).contains(Duration.ofDays(31));

    set(topics.results(), "retention.ms", "-1");
    assertThat(retention.longest()).isEmpty();
  }

  @Test
  void compactedTopicKeepsItsRecordsForEver() throws Exception {
    ensureTopics();
    set(topics.dead(), "cleanup.policy", "compact");

    assertThat(retention.longest()).isEmpty();
  }

  @Test
  void missingTopicsHaveNone() {
    assertThatThrownBy(retention::longest).isInstanceOf(ExecutionException.class);
  }

  private void ensureTopics() throws Exception {
    new TopicSetup(broker.connection(), topics, new FixedTopics(), Optional.empty(), false)
        .ensure();
  }

  private void set(String topic, String setting, String value) throws Exception {
    AlterConfigOp change =
        new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET);
    try (Admin admin = broker.admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }
}
