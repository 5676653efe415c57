package io.vignette.testkit;

import io.vignette.broker.BrokerConfig;
import io.vignette.broker.EmbeddedBroker;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.ShareGroups;
import io.vignette.wire.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The real broker that the tests of one JVM share.
 *
 * <p>Started on first use and stopped with the JVM. Tests keep apart by topic prefix: each takes
 * {@link #freshTopics()}. Thread-safe.
 */
public final class TestBroker {

  private static final long TIMEOUT_SECONDS = 30;

  private final EmbeddedBroker broker;

  private TestBroker(EmbeddedBroker broker) {
    this.broker = broker;
  }

  /** The JVM's broker, ready. */
  public static TestBroker shared() {
    return Holder.SHARED;
  }

  /** Another one, with settings of the test's own; whoever started it closes it. */
  public static TestBroker of(EmbeddedBroker broker) {
    return new TestBroker(broker);
  }

  private static final class Holder {
    private static final TestBroker SHARED = startShared();
  }

  private static TestBroker startShared() {
    try {
      Path folder = Files.createTempDirectory("vignette-test-broker");
      EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(folder));
      broker.ready().toCompletableFuture().join();
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    broker.close();
                    deleteTree(folder);
                  },
                  "test-broker-stop"));
      return new TestBroker(broker);
    } catch (IOException e) {
      throw new UncheckedIOException("test broker: no temporary folder", e);
    }
  }

  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  public KafkaConnection connection() {
    return KafkaConnection.plaintext(bootstrapServers());
  }

  /** A prefix nobody else uses; nothing is created. */
  public Topics freshTopics() {
    return new Topics("t" + UUID.randomUUID().toString().substring(0, 8));
  }

  /**
   * Creates every topic of the prefix and sets the share groups to read from the beginning.
   *
   * <p>For tests below the gateway, which does this in the product.
   */
  public Topics createTopics(Topics topics) {
    List<NewTopic> all = new ArrayList<>();
    for (String jobs : topics.leased()) {
      all.add(topic(jobs, Topics.JOB_PARTITIONS, Map.of()));
    }
    for (Topics.Delay delay : Topics.Delay.values()) {
      all.add(topic(topics.delay(delay), 1, Map.of()));
    }
    all.add(topic(topics.jobEvents(), Topics.EVENT_PARTITIONS, Map.of()));
    all.add(topic(topics.status(), Topics.EVENT_PARTITIONS, Map.of("cleanup.policy", "compact")));
    all.add(topic(topics.results(), 1, Map.of()));
    all.add(topic(topics.dead(), 1, Map.of()));
    all.add(topic(topics.cancellations(), 1, Map.of("cleanup.policy", "compact")));
    all.add(topic(topics.soloMarks(), 1, Map.of("cleanup.policy", "compact")));
    try (Admin admin = admin()) {
      create(admin, all);
      admin
          .incrementalAlterConfigs(shareGroupConfigs(topics))
          .all()
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return topics;
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("test broker: topics of " + topics.prefix(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("test broker: interrupted", e);
    }
  }

  /**
   * Makes topics and waits until every partition is led.
   *
   * <p>Brokers announce a leader a moment before it takes writes. An idempotent producer whose
   * first batch meets that moment and whose second doesn't is refused until its delivery times out,
   * after two minutes.
   */
  public static void create(Admin admin, Collection<NewTopic> topics)
      throws ExecutionException, InterruptedException, TimeoutException {
    admin.createTopics(topics).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (NewTopic topic : topics) {
      for (int partition = 0; partition < topic.numPartitions(); partition++) {
        ends.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
      }
    }
    long latest = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (!areLed(admin, ends)) {
      if (System.nanoTime() - latest > 0) {
        throw new TimeoutException("topics: " + topics + " (expected: leaders of all partitions)");
      }
    }
  }

  /** False while brokers have not heard of a topic yet; waits for the leaders of those known. */
  private static boolean areLed(Admin admin, Map<TopicPartition, OffsetSpec> partitions)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      admin.listOffsets(partitions).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw e;
    }
  }

  /** An admin client of this broker; close it. */
  public Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
  }

  private static NewTopic topic(String name, int partitions, Map<String, String> configs) {
    return new NewTopic(name, partitions, (short) 1).configs(configs);
  }

  private static Map<ConfigResource, Collection<AlterConfigOp>> shareGroupConfigs(Topics topics) {
    Collection<AlterConfigOp> settings =
        List.of(
            set("share.auto.offset.reset", "earliest"),
            set("share.record.lock.duration.ms", "60000"));
    Map<ConfigResource, Collection<AlterConfigOp>> configs = new HashMap<>();
    for (String group :
        List.of(
            ShareGroups.interactive(topics), ShareGroups.bulk(topics), ShareGroups.solo(topics))) {
      configs.put(new ConfigResource(ConfigResource.Type.GROUP, group), settings);
    }
    return configs;
  }

  private static AlterConfigOp set(String key, String value) {
    return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
  }

  private static void deleteTree(Path folder) {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("test broker: " + folder + " could not be deleted", e);
    }
  }
}
