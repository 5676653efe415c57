package io.vignette.ledger.topology;

import static java.util.stream.Collectors.toMap;

import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The events that the ledger's group has not committed yet.
 *
 * <p>Answers one question once: {@link #open}, {@link #whenReflected}. Closes its connection with
 * the answer.
 */
final class EventBacklog {

  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Admin admin;
  private final String topic;
  private final String group;
  private final Executor afterPause =
      CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS);

  private final long deadlineNanos;

  private EventBacklog(Admin admin, String topic, String group, Duration limit) {
    this.admin = admin;
    this.topic = topic;
    this.group = group;
    this.deadlineNanos = System.nanoTime() + limit.toNanos();
  }

  static EventBacklog open(KafkaConnection kafka, Topics topics, String group, Duration limit) {
    Admin admin = Admin.create(kafka.properties());
    return new EventBacklog(admin, topics.jobEvents(), group, limit);
  }

  /**
   * Completes when the group has committed all that is on the topic now; with a {@link
   * TimeoutException} where it has not within the limit.
   */
  CompletionStage<Void> whenReflected() {
    return admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .toCompletionStage()
        .thenCompose(this::filled)
        .thenCompose(this::await)
        // Not on the admin's own thread, which its closing waits for.
        .whenCompleteAsync((reflected, fault) -> admin.close());
  }

  /** The end offsets of the partitions that hold events. */
  private CompletionStage<Map<TopicPartition, Long>> filled(Map<String, TopicDescription> topics) {
    List<TopicPartition> partitions =
        topics.values().stream()
            .flatMap(description -> description.partitions().stream())
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    return offsets(partitions, OffsetSpec.earliest())
        .thenCombine(
            offsets(partitions, OffsetSpec.latest()),
            (starts, ends) ->
                ends.entrySet().stream()
                    .filter(end -> !end.getValue().equals(starts.get(end.getKey())))
                    .collect(toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  private CompletionStage<Map<TopicPartition, Long>> offsets(
      List<TopicPartition> partitions, OffsetSpec which) {
    return admin
        .listOffsets(partitions.stream().collect(toMap(partition -> partition, p -> which)))
        .all()
        .toCompletionStage()
        .thenApply(EventBacklog::plain);
  }

  private static Map<TopicPartition, Long> plain(
      Map<TopicPartition, ListOffsetsResultInfo> offsets) {
    return offsets.entrySet().stream()
        .collect(toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
  }

  private CompletionStage<Void> await(Map<TopicPartition, Long> ends) {
    return admin
        .listConsumerGroupOffsets(group)
        .partitionsToOffsetAndMetadata()
        .toCompletionStage()
        .thenCompose(
            committed ->
                isReached(ends, committed)
                    ? CompletableFuture.completedFuture(null)
                    : awaitAfterPause(ends));
  }

  private CompletionStage<Void> awaitAfterPause(Map<TopicPartition, Long> ends) {
    if (System.nanoTime() - deadlineNanos > 0) {
      return CompletableFuture.failedFuture(
          new TimeoutException("ledger: events left to fold (expected: all folded in time)"));
    }
    return CompletableFuture.runAsync(() -> {}, afterPause).thenCompose(paused -> await(ends));
  }

  private static boolean isReached(
      Map<TopicPartition, Long> ends, Map<TopicPartition, OffsetAndMetadata> committed) {
    return ends.entrySet().stream()
        .allMatch(
            end -> {
              OffsetAndMetadata reached = committed.get(end.getKey());
              return reached != null && reached.offset() >= end.getValue();
            });
  }
}
