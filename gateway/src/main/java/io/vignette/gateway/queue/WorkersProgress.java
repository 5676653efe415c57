package io.vignette.gateway.queue;

import io.vignette.wire.ShareGroups;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * How far the workers are with the jobs of one topic, as Kafka knows it.
 *
 * @param kind of the group that knows it
 * @param starts by partition, the offset below which all jobs have ended
 * @param hasJobs whether any are left
 */
record WorkersProgress(GroupKind kind, Map<Integer, Long> starts, boolean hasJobs) {
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

  /** How workers share the jobs. */
  enum GroupKind {
    SHARE,
    CONSUMER
  }

  WorkersProgress {
    starts = Map.copyOf(starts);
  }

  /**
   * Asks Kafka; empty before the first worker. Workers use share groups or consumer groups: the one
   * that is farther is in use, the other one may be from before.
   */
  static Optional<WorkersProgress> ask(Admin admin, String topic, String shareGroup)
      throws InterruptedException, ExecutionException, TimeoutException {
    Optional<WorkersProgress> consumed =
        ofConsumers(admin, topic, ShareGroups.consumersInPlaceOf(shareGroup));
    Optional<WorkersProgress> shared;
    try {
      shared = ofShareGroup(admin, topic, shareGroup);
    } catch (ExecutionException e) {
      // A broker may not have such groups at all.
      if (consumed.isEmpty()) {
        throw e;
      }
      return consumed;
    }
    long farther = shared.map(WorkersProgress::sum).orElse(-1L);
    return consumed.filter(each -> each.sum() >= farther).or(() -> shared);
  }

  /** Asks for this kind of group only. */
  static Optional<WorkersProgress> ask(Admin admin, String topic, String shareGroup, GroupKind kind)
      throws InterruptedException, ExecutionException, TimeoutException {
    return switch (kind) {
      case SHARE -> ofShareGroup(admin, topic, shareGroup);
      case CONSUMER -> ofConsumers(admin, topic, ShareGroups.consumersInPlaceOf(shareGroup));
    };
  }

  private long sum() {
    return starts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static Optional<WorkersProgress> ofShareGroup(Admin admin, String topic, String group)
      throws InterruptedException, ExecutionException, TimeoutException {
    Map<TopicPartition, SharePartitionOffsetInfo> offsets =
        answer(
            admin
                .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                .partitionsToOffsetInfo(group));
    Map<Integer, Long> starts = new HashMap<>();
    boolean hasJobs = false;
    for (Map.Entry<TopicPartition, SharePartitionOffsetInfo> each : offsets.entrySet()) {
      SharePartitionOffsetInfo offset = each.getValue();
      if (each.getKey().topic().equals(topic) && offset != null) {
        // A broker that can't tell how many jobs are left is taken for one that has some.
        hasJobs |= offset.lag().orElse(1L) > 0;
        if (offset.startOffset() >= 0) {
          starts.put(each.getKey().partition(), offset.startOffset());
        }
      }
    }
    return starts.isEmpty()
        ? Optional.empty()
        : Optional.of(new WorkersProgress(GroupKind.SHARE, starts, hasJobs));
  }

  private static Optional<WorkersProgress> ofConsumers(Admin admin, String topic, String group)
      throws InterruptedException, ExecutionException, TimeoutException {
    Map<TopicPartition, Long> committed = new HashMap<>();
    answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach(
            (partition, offset) -> {
              if (partition.topic().equals(topic) && offset != null) {
                committed.put(partition, offset.offset());
              }
            });
    if (committed.isEmpty()) {
      return Optional.empty();
    }
    Map<TopicPartition, OffsetSpec> latest =
        committed.keySet().stream()
            .collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest()));
    boolean hasJobs =
        answer(admin.listOffsets(latest).all()).entrySet().stream()
            .anyMatch(end -> end.getValue().offset() > committed.getOrDefault(end.getKey(), 0L));
    return Optional.of(
        new WorkersProgress(
            GroupKind.CONSUMER,
            committed.entrySet().stream()
                .collect(Collectors.toMap(each -> each.getKey().partition(), Map.Entry::getValue)),
            hasJobs));
  }

  private static <T> T answer(KafkaFuture<T> asked)
      throws InterruptedException, ExecutionException, TimeoutException {
    return asked.get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
