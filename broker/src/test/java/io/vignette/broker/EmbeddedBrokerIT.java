package io.vignette.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {

  @TempDir Path folder;

  @Test
  void clientsMayConnectBeforeTheBrokerIsReady() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(folder));
        Admin admin = admin(broker)) {
      assertThat(admin.describeCluster().nodes().get(20, TimeUnit.SECONDS)).hasSize(1);
      assertThat(broker.ready().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
    }
  }

  @Test
  void aRestartOnTheSameFolderFindsItsRecords() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(folder))) {
      createTopic(broker, "kept");
      send(broker, "kept", Map.of(), "one", "two");
    }

    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(folder))) {
      assertThat(readAll(broker, "kept")).containsExactly("one", "two");
    }
  }

  @Test
  void aSecondBrokerOnTheSameFolderIsRefusedByName() {
    try (EmbeddedBroker first = EmbeddedBroker.start(BrokerConfig.in(folder))) {
      first.ready().toCompletableFuture().join();

      assertThatThrownBy(() -> EmbeddedBroker.start(BrokerConfig.in(folder)))
          .isInstanceOf(BrokerException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("in use");

      assertThat(first.fault().toCompletableFuture()).isNotDone();
    }
  }

  @Test
  void aTakenPortIsRefusedByNumber() {
    try (EmbeddedBroker first = EmbeddedBroker.start(BrokerConfig.in(folder.resolve("a")))) {
      int port = Integer.parseInt(first.bootstrapServers().split(":", -1)[1]);
      BrokerConfig same = new BrokerConfig(folder.resolve("b"), port, Map.of());

      assertThatThrownBy(() -> EmbeddedBroker.start(same))
          .isInstanceOf(BrokerException.class)
          .hasMessageContaining(Integer.toString(port));
    }
  }

  @Test
  void aRegistrationThatIsGivenUpIsExplained() {
    BrokerConfig hurried =
        new BrokerConfig(folder, 0, Map.of("initial.broker.registration.timeout.ms", "1"));

    try (EmbeddedBroker broker = EmbeddedBroker.start(hurried)) {
      assertThatThrownBy(() -> broker.ready().toCompletableFuture().join())
          .hasCauseInstanceOf(BrokerException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("did not register with its own controller in time (expected:");
    }
  }

  @Test
  void aFolderOfANewerKafkaIsExplained() throws Exception {
    Files.writeString(
        folder.resolve("meta.properties"),
        "version=2\nnode.id=1\ncluster.id=AAAAAAAAAAAAAAAAAAAAAA\n");

    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(folder))) {
      assertThatThrownBy(() -> broker.ready().toCompletableFuture().join())
          .hasMessageContaining(folder.resolve("meta.properties").toString())
          .hasMessageContaining("expected: a folder written by Kafka 4.");
    }
  }

  @Test
  void aFolderThatIsAFileIsRefusedByName() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> EmbeddedBroker.start(BrokerConfig.in(file)))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("can't be used");
  }

  @Test
  void shareGroupsLeaseRecords() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(folder))) {
      createTopic(broker, "jobs");
      fromTheBeginning(broker, "workers");
      send(broker, "jobs", Map.of(), "a", "b", "c");

      try (KafkaShareConsumer<String, String> consumer =
          new KafkaShareConsumer<>(
              Map.of("bootstrap.servers", broker.bootstrapServers(), "group.id", "workers"),
              new StringDeserializer(),
              new StringDeserializer())) {
        consumer.subscribe(List.of("jobs"));
        List<String> leased = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (leased.size() < 3 && System.nanoTime() < end) {
          for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
            leased.add(record.value());
          }
        }
        assertThat(leased).containsExactlyInAnyOrder("a", "b", "c");
      }
    }
  }

  @Test
  void transactionsHideWhatIsNotCommitted() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(folder))) {
      createTopic(broker, "results");
      try (KafkaProducer<String, String> producer =
          producer(broker, Map.of("transactional.id", "ledger"))) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("results", "aborted"));
        producer.abortTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("results", "committed"));
        producer.commitTransaction();
      }
      assertThat(readAll(broker, "results")).containsExactly("committed");
    }
  }

  @Test
  void kafkasHaltIsAFaultOfTheBrokerAndNotTheEndOfTheJvm() {
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(folder))) {
      broker.ready().toCompletableFuture().join();

      assertThatThrownBy(() -> Exit.halt(1)).isInstanceOf(BrokerException.class);

      assertThat(broker.fault().toCompletableFuture())
          .isCompletedWithValueMatching(fault -> fault.getMessage().contains("stopped by itself"));
    }
  }

  @Test
  void anAbandonedBrokerStillAnswersAndStopsInTime() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(folder));
        Admin admin = admin(broker)) {
      broker.ready().toCompletableFuture().join();

      long before = System.nanoTime();
      broker.abandon();

      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
      assertThat(admin.describeCluster().nodes().get(20, TimeUnit.SECONDS)).hasSize(1);
    }
  }

  private static Admin admin(EmbeddedBroker broker) {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  private static void createTopic(EmbeddedBroker broker, String name) throws Exception {
    try (Admin admin = admin(broker)) {
      admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get(20, TimeUnit.SECONDS);
    }
  }

  private static void fromTheBeginning(EmbeddedBroker broker, String group) throws Exception {
    Collection<AlterConfigOp> earliest =
        List.of(
            new AlterConfigOp(
                new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET));
    try (Admin admin = admin(broker)) {
      admin
          .incrementalAlterConfigs(
              Map.of(new ConfigResource(ConfigResource.Type.GROUP, group), earliest))
          .all()
          .get(20, TimeUnit.SECONDS);
    }
  }

  private static KafkaProducer<String, String> producer(
      EmbeddedBroker broker, Map<String, Object> more) {
    Map<String, Object> settings = new java.util.HashMap<>(more);
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("acks", "all");
    return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  private static void send(
      EmbeddedBroker broker, String topic, Map<String, Object> more, String... values)
      throws Exception {
    try (KafkaProducer<String, String> producer = producer(broker, more)) {
      for (String value : values) {
        producer.send(new ProducerRecord<>(topic, value)).get(20, TimeUnit.SECONDS);
      }
    }
  }

  private static List<String> readAll(EmbeddedBroker broker, String topic) {
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      List<String> values = new ArrayList<>();
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }
}
