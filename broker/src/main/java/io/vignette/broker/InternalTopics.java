package io.vignette.broker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import kafka.server.BrokerServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.internals.Topic;

/**
 * Kafka's own topics, made as soon as a fresh broker is up.
 *
 * <p>Kafka makes each when it is first asked for, and whoever asks retries with pauses until it is
 * there: that cost the first lease of a share group about 2.5 s on a fresh folder.
 */
final class InternalTopics {

  private static final int PARTITIONS = 2;

  private InternalTopics() {}

  static void create(BrokerServer broker, String bootstrapServers)
      throws ExecutionException, InterruptedException {
    List<NewTopic> topics =
        List.of(
            topic(
                Topic.GROUP_METADATA_TOPIC_NAME,
                broker.groupCoordinator().groupMetadataTopicConfigs()),
            topic(
                Topic.TRANSACTION_STATE_TOPIC_NAME,
                broker.transactionCoordinator().transactionTopicConfigs()),
            topic(
                Topic.SHARE_GROUP_STATE_TOPIC_NAME,
                broker.shareCoordinator().shareGroupStateTopicConfigs()));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      for (var created : admin.createTopics(topics).values().values()) {
        await(created);
      }
    }
  }

  private static void await(org.apache.kafka.common.KafkaFuture<Void> created)
      throws ExecutionException, InterruptedException {
    try {
      created.get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  private static NewTopic topic(String name, Properties settings) {
    Map<String, String> configs = new HashMap<>();
    settings.forEach((key, value) -> configs.put(key.toString(), value.toString()));
    return new NewTopic(name, PARTITIONS, (short) 1).configs(configs);
  }
}
