package io.vignette.gateway.topics;

import io.vignette.ledger.topology.LedgerTopology;
import io.vignette.wire.ShareGroups;
import io.vignette.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What topics and share groups a system needs. Pure: asks nobody. */
final class TopicPlan {
  private static final Duration CANCELLATION_RETENTION = Duration.ofDays(1);
  private static final Duration COMPACTED_SEGMENT = Duration.ofHours(1);

  /** Compacted alone, so that no setting of the cluster's about retention deletes a record. */
  private static final Map<String, String> KEPT_FOR_EVER =
      Map.of("cleanup.policy", "compact", "retention.ms", "-1", "retention.bytes", "-1");

  private final Topics topics;
  private final TopicsConfig config;
  private final Optional<String> imageEvents;
  private final boolean jsonResults;

  TopicPlan(Topics topics, TopicsConfig config, Optional<String> imageEvents, boolean jsonResults) {
    this.topics = topics;
    this.config = config;
    this.imageEvents = imageEvents;
    this.jsonResults = jsonResults;
  }

  /**
   * A topic that must exist.
   *
   * @param ours false = its owner decides how many partitions it has and whether we may make it
   */
  record Topic(String name, int partitions, Map<String, String> configs, boolean ours) {
    Topic(String name, int partitions, Map<String, String> configs) {
      this(name, partitions, configs, true);
    }
  }

  List<Topic> topics() {
    List<Topic> all = new ArrayList<>();
    Map<String, String> jobRetention = deletedAfter(config.jobRetention());
    for (String jobs : topics.leased()) {
      all.add(new Topic(jobs, config.jobPartitions(), jobRetention));
    }
    for (Topics.Delay delay : Topics.Delay.values()) {
      all.add(new Topic(topics.delay(delay), config.jobPartitions(), jobRetention));
    }
    all.add(new Topic(topics.jobEvents(), config.eventPartitions(), jobRetention));
    all.add(results(topics.results()));
    if (jsonResults) {
      all.add(results(topics.resultsJson()));
    }
    all.add(new Topic(topics.dead(), 1, deletedAfter(config.deadRetention())));
    all.add(new Topic(topics.cancellations(), 1, compacted(CANCELLATION_RETENTION)));
    all.add(new Topic(topics.secret(), 1, KEPT_FOR_EVER));
    all.add(new Topic(topics.soloMarks(), 1, compacted(config.jobRetention())));
    all.add(
        new Topic(topics.status(), config.eventPartitions(), LedgerTopology.changelogSettings()));
    imageEvents.ifPresent(events -> all.addAll(imageEvents(events)));
    return all;
  }

  boolean isOurs(String topic) {
    return imageEvents.filter(topic::equals).isEmpty();
  }

  private Topic results(String name) {
    return new Topic(name, config.jobPartitions(), deletedAfter(config.resultRetention()));
  }

  private List<Topic> imageEvents(String events) {
    return List.of(
        new Topic(events, config.jobPartitions(), deletedAfter(config.jobRetention()), false),
        new Topic(Topics.deadEvents(events), 1, deletedAfter(config.deadRetention())));
  }

  List<String> shareGroups() {
    return List.of(
        ShareGroups.interactive(topics), ShareGroups.bulk(topics), ShareGroups.solo(topics));
  }

  /** Without {@code earliest}, jobs sent before a group's first worker would be skipped. */
  Map<String, String> shareGroupConfigs() {
    return Map.of(
        "share.auto.offset.reset",
        "earliest",
        "share.record.lock.duration.ms",
        Long.toString(config.leaseTime().toMillis()));
  }

  private static Map<String, String> deletedAfter(Duration retention) {
    return Map.of("cleanup.policy", "delete", "retention.ms", millis(retention));
  }

  private static Map<String, String> compacted(Duration retention) {
    return Map.of(
        "cleanup.policy",
        "compact,delete",
        "retention.ms",
        millis(retention),
        "segment.ms",
        millis(COMPACTED_SEGMENT),
        "min.compaction.lag.ms",
        "0");
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }
}
