package io.vignette.gateway.topics;

import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Makes sure that every topic exists as planned and every share group is configured.
 *
 * <p>Any number of gateways may do this at once. Topics that exist keep their settings; only their
 * partitions are checked.
 */
@ApplicationScoped
public class TopicSetup {
  private static final short SAFE_REPLICATION = 3;
  private static final long RETRY_BACKOFF_MILLIS = 20;

  private final KafkaConnection kafka;
  private final TopicPlan plan;
  private final short replicationMax;

  @Inject
  public TopicSetup(
      KafkaConnection kafka,
      Topics topics,
      TopicsConfig config,
      @ConfigProperty(name = "vignette.intake.topic") Optional<String> imageEvents,
      @ConfigProperty(name = "vignette.ledger.json-results") boolean jsonResults) {
    this.kafka = kafka;
    this.plan = new TopicPlan(topics, config, imageEvents, jsonResults);
    this.replicationMax = config.replicationFactor();
  }

  /**
   * Creates what is missing and returns when all topics can be used. Blocks.
   *
   * @throws TopicMismatchException if an existing topic has other partitions; for the operator
   * @throws ExecutionException if Kafka cannot be reached or refuses; retriable if its cause is.
   *     Who may not make topics needs only that they are there.
   */
  public void ensure() throws InterruptedException, ExecutionException, TopicMismatchException {
    Map<String, Object> settings = kafka.with(Map.of("retry.backoff.ms", RETRY_BACKOFF_MILLIS));
    try (Admin admin = Admin.create(settings)) {
      // Before the topics: workers lease as soon as those exist, and a group that starts without
      // its settings would skip the jobs that are there.
      admin.incrementalAlterConfigs(shareGroups()).all().get();
      List<String> existing = create(admin, replication(admin));
      Map<String, TopicDescription> found = TopicsUsable.await(admin, names());
      verify(existing, found);
      CompressedTopics.warn(admin, existing);
      TopicsUsable.awaitLeaders(admin, found.values());
    }
  }

  private short replication(Admin admin) throws InterruptedException, ExecutionException {
    int brokers = admin.describeCluster().nodes().get().size();
    return (short) Math.min(replicationMax, brokers);
  }

  /** Creates all topics; returns the names of those that existed before. */
  private List<String> create(Admin admin, short replication)
      throws InterruptedException, ExecutionException {
    Map<String, KafkaFuture<Void>> created =
        admin
            .createTopics(
                plan.topics().stream().map(topic -> newTopic(topic, replication)).toList())
            .values();
    List<String> existing = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (Map.Entry<String, KafkaFuture<Void>> topic : created.entrySet()) {
      switch (outcome(topic.getValue())) {
        case MADE -> {}
        case EXISTED -> existing.add(topic.getKey());
        case REFUSED -> refused.add(topic.getKey());
      }
    }
    // The topic of somebody else is waited for: its owner may be about to make it.
    RefusedTopics.requireThere(admin, refused.stream().filter(plan::isOurs).toList());
    existing.addAll(refused);
    return existing;
  }

  private enum Creation {
    MADE,
    EXISTED,
    REFUSED
  }

  private static Creation outcome(KafkaFuture<Void> created)
      throws InterruptedException, ExecutionException {
    try {
      created.get();
      return Creation.MADE;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return Creation.EXISTED;
      }
      if (e.getCause() instanceof TopicAuthorizationException) {
        return Creation.REFUSED;
      }
      throw e;
    }
  }

  /** Only topics that were there before can differ from the plan. */
  private void verify(List<String> existing, Map<String, TopicDescription> found)
      throws TopicMismatchException {
    for (TopicPlan.Topic planned : plan.topics()) {
      TopicDescription description = found.get(planned.name());
      if (planned.ours()
          && existing.contains(planned.name())
          && description != null
          && description.partitions().size() != planned.partitions()) {
        throw new TopicMismatchException(
            planned.name(), description.partitions().size(), planned.partitions());
      }
    }
  }

  private List<String> names() {
    return plan.topics().stream().map(TopicPlan.Topic::name).toList();
  }

  private static NewTopic newTopic(TopicPlan.Topic topic, short replication) {
    Map<String, String> configs = new HashMap<>(topic.configs());
    configs.put(TopicConfig.COMPRESSION_TYPE_CONFIG, CompressedTopics.NONE);
    if (replication >= SAFE_REPLICATION) {
      configs.put("min.insync.replicas", "2");
    }
    return new NewTopic(topic.name(), topic.partitions(), replication).configs(configs);
  }

  private Map<ConfigResource, Collection<AlterConfigOp>> shareGroups() {
    Collection<AlterConfigOp> settings =
        plan.shareGroupConfigs().entrySet().stream()
            .map(
                setting ->
                    new AlterConfigOp(
                        new ConfigEntry(setting.getKey(), setting.getValue()),
                        AlterConfigOp.OpType.SET))
            .toList();
    return plan.shareGroups().stream()
        .collect(
            Collectors.toMap(
                group -> new ConfigResource(ConfigResource.Type.GROUP, group), group -> settings));
  }
}
