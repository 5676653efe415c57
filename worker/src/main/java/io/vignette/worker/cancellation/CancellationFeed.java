package io.vignette.worker.cancellation;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vignette.proto.v1.CancelRequest;
import io.vignette.worker.loop.RestartingLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads every partition of the cancellations topic from its beginning into a {@link CancelledJobs},
 * and goes on as long as the worker lives. No consumer group: every worker reads everything.
 */
public final class CancellationFeed {
  private static final Duration POLL = Duration.ofMillis(400);
  private static final Duration TOPIC_CHECK = Duration.ofMillis(50);
  private static final Duration BACKOFF = Duration.ofSeconds(1);

  private final Map<String, Object> properties;
  private final String topic;
  private final CancelledJobs cancelled;
  private final RestartingLoop.Listener trouble;
  private final RestartingLoop loop;
  private final CompletableFuture<Void> loaded = new CompletableFuture<>();

  public CancellationFeed(
      Map<String, Object> clientProperties,
      String topic,
      CancelledJobs cancelled,
      RestartingLoop.Listener trouble) {
    this.properties = new HashMap<>(clientProperties);
    this.properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.topic = topic;
    this.cancelled = cancelled;
    this.trouble = trouble;
    this.loop = new RestartingLoop("cancellations", BACKOFF, this::follow, trouble);
  }

  public void start() {
    loop.start();
  }

  /** Completes when everything that was on the topic at the start has been read. */
  public CompletionStage<Void> loaded() {
    return loaded.minimalCompletionStage();
  }

  private void follow(RestartingLoop running) throws InterruptedException {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = partitions(consumer, running);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
      running.works();
      while (!running.isStopping()) {
        ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
        if (ends.isEmpty()) {
          loaded.complete(null);
        }
        consumer.poll(POLL).forEach(this::read);
      }
    }
  }

  private List<TopicPartition> partitions(
      KafkaConsumer<String, byte[]> consumer, RestartingLoop running) throws InterruptedException {
    List<PartitionInfo> found = List.of();
    while (found.isEmpty() && !running.isStopping()) {
      List<PartitionInfo> now = consumer.listTopics().get(topic);
      if (now == null || now.isEmpty()) {
        running.await(TOPIC_CHECK);
      } else {
        found = now;
      }
    }
    return found.stream()
        .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
        .toList();
  }

  private void read(ConsumerRecord<String, byte[]> request) {
    if (request.value() == null || request.key() == null) {
      return;
    }
    try {
      CancelRequest cancel = CancelRequest.parseFrom(request.value());
      cancelled.add(request.key(), Instant.ofEpochSecond(cancel.getAt().getSeconds()));
    } catch (InvalidProtocolBufferException e) {
      trouble.failed(
          new IllegalArgumentException(
              "cancellation at %s-%d offset %d: no CancelRequest (expected: one)"
                  .formatted(request.topic(), request.partition(), request.offset()),
              e));
    }
  }

  public void close(Duration timeout) {
    loop.close(timeout);
  }
}
