package io.vignette.worker.lease;

import io.vignette.wire.ShareGroups;
import io.vignette.wire.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterShareGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * How far workers came that used the other kind of group. Neither kind knows of the other's
 * progress, and whoever changes the source would do all jobs again that are still on the topics.
 *
 * <p>Asked for once, before the first lane polls. Where Kafka refuses or does not answer, nothing
 * is taken over. Immutable.
 */
public final class TakeOver {
  private static final int LIMIT_MILLIS = (int) Duration.ofSeconds(10).toMillis();

  private final Map<String, Object> clientProperties;
  private final Topics topics;
  private final LeaseListener listener;

  /**
   * @param clientProperties how to reach Kafka
   */
  public TakeOver(Map<String, Object> clientProperties, Topics topics, LeaseListener listener) {
    this.clientProperties = Map.copyOf(clientProperties);
    this.topics = topics;
    this.listener = listener;
  }

  /**
   * Where the share groups begin: all jobs below have ended. Holds nothing of partitions that they
   * have never read.
   */
  public Map<TopicPartition, Long> shareGroupStarts() throws InterruptedException {
    try (Admin admin = Admin.create(clientProperties)) {
      Map<TopicPartition, Long> starts = new HashMap<>();
      for (LaneKind kind : LaneKind.values()) {
        try {
          starts.putAll(starts(admin, kind));
        } catch (ExecutionException e) {
          tell(kind, e);
        }
      }
      return starts;
    }
  }

  /**
   * Moves share groups on to where the consumer groups are. Kafka allows it as long as a group has
   * no members: the first worker does it, for the others it is done.
   */
  void moveShareGroups() throws InterruptedException {
    try (Admin admin = Admin.create(clientProperties)) {
      for (LaneKind kind : LaneKind.values()) {
        try {
          move(admin, kind);
        } catch (ExecutionException e) {
          tell(kind, e);
        }
      }
    }
  }

  private void move(Admin admin, LaneKind kind) throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> committed = committed(admin, kind);
    if (committed.isEmpty()) {
      return;
    }
    Map<TopicPartition, Long> starts = starts(admin, kind);
    Map<TopicPartition, Long> ends = ends(admin, committed.keySet());
    Map<TopicPartition, Long> behind =
        committed.entrySet().stream()
            .filter(each -> each.getValue() > starts.getOrDefault(each.getKey(), 0L))
            // Beyond its end it is of another log.
            .filter(each -> each.getValue() <= ends.getOrDefault(each.getKey(), 0L))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    if (!behind.isEmpty()) {
      admin
          .alterShareGroupOffsets(
              kind.group(topics),
              behind,
              new AlterShareGroupOffsetsOptions().timeoutMs(LIMIT_MILLIS))
          .all()
          .get();
    }
  }

  /**
   * What Kafka keeps as the start of a group lags behind: what was acknowledged last is kept beside
   * it. Only the lag says that all is done, and then the start is the end.
   */
  private Map<TopicPartition, Long> starts(Admin admin, LaneKind kind)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, SharePartitionOffsetInfo> read = shared(admin, kind);
    if (read.isEmpty()) {
      return Map.of();
    }
    // The ends before the lags: what is written meanwhile lies behind.
    Map<TopicPartition, Long> ends = ends(admin, read.keySet());
    Map<TopicPartition, Long> starts = new HashMap<>();
    shared(admin, kind)
        .forEach(
            (partition, offset) -> {
              boolean isDone = offset.lag().orElse(1L) == 0;
              long start = offset.startOffset();
              starts.put(partition, isDone ? ends.getOrDefault(partition, start) : start);
            });
    return starts;
  }

  private Map<TopicPartition, SharePartitionOffsetInfo> shared(Admin admin, LaneKind kind)
      throws ExecutionException, InterruptedException {
    String group = kind.group(topics);
    try {
      Map<TopicPartition, SharePartitionOffsetInfo> offsets =
          admin
              .listShareGroupOffsets(
                  Map.of(group, new ListShareGroupOffsetsSpec()),
                  new ListShareGroupOffsetsOptions().timeoutMs(LIMIT_MILLIS))
              .partitionsToOffsetInfo(group)
              .get();
      // A partition that the group has not read yet is absent or begins at -1.
      return ofTopic(kind, offsets, offset -> offset.startOffset() >= 0);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw e;
    }
  }

  private Map<TopicPartition, Long> committed(Admin admin, LaneKind kind)
      throws ExecutionException, InterruptedException {
    String group = ShareGroups.consumersInPlaceOf(kind.group(topics));
    KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> offsets =
        admin
            .listConsumerGroupOffsets(
                Map.of(group, new ListConsumerGroupOffsetsSpec()),
                new ListConsumerGroupOffsetsOptions().timeoutMs(LIMIT_MILLIS))
            .partitionsToOffsetAndMetadata(group);
    return ofTopic(kind, offsets.get(), offset -> true).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().offset()));
  }

  private <T> Map<TopicPartition, T> ofTopic(
      LaneKind kind, Map<TopicPartition, T> offsets, Predicate<T> isKnown) {
    Map<TopicPartition, T> known = new HashMap<>();
    offsets.forEach(
        (partition, offset) -> {
          if (partition.topic().equals(kind.topic(topics))
              && offset != null
              && isKnown.test(offset)) {
            known.put(partition, offset);
          }
        });
    return known;
  }

  private static Map<TopicPartition, Long> ends(Admin admin, Set<TopicPartition> partitions)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> latest =
        partitions.stream().collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest()));
    return admin
        .listOffsets(latest, new ListOffsetsOptions().timeoutMs(LIMIT_MILLIS))
        .all()
        .get()
        .entrySet()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().offset()));
  }

  /** Brokers without such groups, and groups that another worker uses already, are no trouble. */
  private void tell(LaneKind kind, ExecutionException failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    boolean isHarmless =
        cause instanceof UnsupportedVersionException || cause instanceof GroupNotEmptyException;
    if (!isHarmless) {
      listener.takeOverFailed(kind, cause);
    }
  }
}
