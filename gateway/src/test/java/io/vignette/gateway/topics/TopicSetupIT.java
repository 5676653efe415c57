package io.vignette.gateway.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.testkit.TestBroker;
import io.vignette.wire.ShareGroups;
import io.vignette.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class TopicSetupIT {
  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.freshTopics();
  private final TopicSetup setup =
      new TopicSetup(broker.connection(), topics, new FixedTopics(), Optional.empty(), false);

  @Test
  void everyTopicIsMadeAndMadeOnlyOnce() throws Exception {
    setup.ensure();
    setup.ensure();

    try (Admin admin = broker.admin()) {
      assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS))
          .contains(
              topics.jobsInteractive(),
              topics.jobsBulk(),
              topics.jobsSolo(),
              topics.delay(Topics.Delay.TEN_SECONDS),
              topics.delay(Topics.Delay.ONE_MINUTE),
              topics.delay(Topics.Delay.TEN_MINUTES),
              topics.jobEvents(),
              topics.status(),
              topics.results(),
              topics.dead(),
              topics.cancellations(),
              topics.secret(),
              topics.soloMarks());
      Config secret = config(admin, ConfigResource.Type.TOPIC, topics.secret());
      assertThat(secret.get("cleanup.policy").value()).isEqualTo("compact");
      assertThat(secret.get("retention.ms").value()).isEqualTo("-1");
      Config status = config(admin, ConfigResource.Type.TOPIC, topics.status());
      assertThat(status.get("cleanup.policy").value()).isEqualTo("compact");
      Config results = config(admin, ConfigResource.Type.TOPIC, topics.results());
      assertThat(results.get("retention.ms").value())
          .isEqualTo(Long.toString(Duration.ofDays(7).toMillis()));
    }
  }

  /** What is small where it is kept may be large where it is read. */
  @Test
  void noTopicTakesARecordThatIsLargeUnpacked() throws Exception {
    String events = topics.prefix() + ".image.events";
    new TopicSetup(broker.connection(), topics, new FixedTopics(), Optional.of(events), true)
        .ensure();
    Map<String, Object> settings =
        broker
            .connection()
            .with(
                Map.of(
                    ProducerConfig.COMPRESSION_TYPE_CONFIG,
                    "zstd",
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                    64 << 20));
    try (Admin admin = broker.admin();
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<String> made =
          admin.listTopics().names().get(30, TimeUnit.SECONDS).stream()
              .filter(name -> name.startsWith(topics.prefix() + "."))
              .toList();
      assertThat(made).hasSizeGreaterThan(13).contains(events);
      for (String topic : made) {
        ProducerRecord<byte[], byte[]> large =
            new ProducerRecord<>(topic, new byte[1], new byte[16 << 20]);

        assertThatThrownBy(() -> producer.send(large).get(30, TimeUnit.SECONDS))
            .as(topic)
            .hasCauseInstanceOf(RecordTooLargeException.class);
      }
    }
  }

  @Test
  void jsonResultsAreMadeOnlyWhereTheyAreOnAndLikeTheResults() throws Exception {
    setup.ensure();
    try (Admin admin = broker.admin()) {
      assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS))
          .doesNotContain(topics.resultsJson());

      new TopicSetup(broker.connection(), topics, new FixedTopics(), Optional.empty(), true)
          .ensure();

      var made =
          admin
              .describeTopics(List.of(topics.results(), topics.resultsJson()))
              .allTopicNames()
              .get(30, TimeUnit.SECONDS);
      assertThat(made.values()).allSatisfy(topic -> assertThat(topic.partitions()).hasSize(3));
      Config json = config(admin, ConfigResource.Type.TOPIC, topics.resultsJson());
      assertThat(json.get("retention.ms").value())
          .isEqualTo(Long.toString(Duration.ofDays(7).toMillis()));
    }
  }

  @Test
  void shareGroupsReadFromTheBeginning() throws Exception {
    setup.ensure();

    try (Admin admin = broker.admin()) {
      Config group = config(admin, ConfigResource.Type.GROUP, ShareGroups.bulk(topics));
      assertThat(group.get("share.auto.offset.reset").value()).isEqualTo("earliest");
      assertThat(group.get("share.record.lock.duration.ms").value()).isEqualTo("60000");
    }
  }

  @Test
  void topicWithOtherPartitionsIsRefusedByName() throws Exception {
    try (Admin admin = broker.admin()) {
      admin
          .createTopics(List.of(new NewTopic(topics.jobEvents(), 5, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }

    assertThatThrownBy(setup::ensure)
        .isInstanceOf(TopicMismatchException.class)
        .hasMessageContaining(topics.jobEvents())
        .hasMessageContaining("5 partitions (expected: 12");
  }

  @Test
  void topicOfImageEventsStaysAsItsOwnerMadeIt() throws Exception {
    String events = topics.prefix() + ".image.events";
    TopicSetup withIntake =
        new TopicSetup(broker.connection(), topics, new FixedTopics(), Optional.of(events), false);
    try (Admin admin = broker.admin()) {
      admin
          .createTopics(List.of(new NewTopic(events, 5, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);

      withIntake.ensure();

      assertThat(admin.describeTopics(List.of(events)).allTopicNames().get(30, TimeUnit.SECONDS))
          .extractingByKey(events)
          .satisfies(topic -> assertThat(topic.partitions()).hasSize(5));
      Config dead = config(admin, ConfigResource.Type.TOPIC, Topics.deadEvents(events));
      assertThat(dead.get("retention.ms").value())
          .isEqualTo(Long.toString(Duration.ofDays(30).toMillis()));
    }
  }

  private static Config config(Admin admin, ConfigResource.Type type, String name)
      throws Exception {
    ConfigResource resource = new ConfigResource(type, name);
    return admin.describeConfigs(List.of(resource)).all().get(30, TimeUnit.SECONDS).get(resource);
  }
}
