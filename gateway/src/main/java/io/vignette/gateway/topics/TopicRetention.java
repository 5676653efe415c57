package io.vignette.gateway.topics;

import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The retention that the topics of results and dead jobs have, whoever made them.
 *
 * <p>Kafka deletes whole segments, by their newest record: the oldest may be older by as long as a
 * segment is written to.
 */
@ApplicationScoped
public class TopicRetention implements Retention {
  private final KafkaConnection kafka;
  private final List<ConfigResource> asked;

  @Inject
  public TopicRetention(KafkaConnection kafka, Topics topics) {
    this.kafka = kafka;
    this.asked =
        List.of(
            new ConfigResource(ConfigResource.Type.TOPIC, topics.results()),
            new ConfigResource(ConfigResource.Type.TOPIC, topics.dead()));
  }

  @Override
  public Optional<Duration> longest() throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(kafka.properties())) {
      Collection<Config> found = admin.describeConfigs(asked).all().get().values();
      return found.stream().allMatch(TopicRetention::deletes)
          ? found.stream().map(TopicRetention::longestOf).max(Duration::compareTo)
          : Optional.empty();
    }
  }

  private static boolean deletes(Config topic) {
    boolean isDeleted =
        topic
            .get(TopicConfig.CLEANUP_POLICY_CONFIG)
            .value()
            .contains(TopicConfig.CLEANUP_POLICY_DELETE);
    return isDeleted && millis(topic, TopicConfig.RETENTION_MS_CONFIG) >= 0;
  }

  private static Duration longestOf(Config topic) {
    return Duration.ofMillis(millis(topic, TopicConfig.RETENTION_MS_CONFIG))
        .plusMillis(millis(topic, TopicConfig.SEGMENT_MS_CONFIG));
  }

  private static long millis(Config topic, String setting) {
    return Long.parseLong(topic.get(setting).value());
  }
}
