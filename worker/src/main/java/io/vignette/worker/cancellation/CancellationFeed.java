package io.vignette.worker.cancellation;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vignette.proto.v1.CancelRequest;
import io.vignette.records.ShownText;
import io.vignette.records.SkippedRecord;
import io.vignette.records.WireTime;
import io.vignette.worker.loop.RestartingLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads every partition of the cancellations topic from its beginning into a {@link CancelledJobs},
 * and goes on as long as the worker lives. No consumer group: every worker reads everything.
 *
 * <p>A record that is no request is passed over and told of: a worker takes no jobs before all
 * requests are read, so one that stopped the feed would stop all workers.
 */
public final class CancellationFeed {
  private static final Duration POLL = Duration.ofMillis(400);
  private static final Duration TOPIC_CHECK = Duration.ofMillis(50);
  private static final Duration BACKOFF = Duration.ofSeconds(1);
  private static final Duration CLOCKS_APART = Duration.ofHours(1);
  private static final int JOB_ID_CHARACTERS_MAX = 255;

  private final Map<String, Object> properties;
  private final String topic;
  private final CancelledJobs cancelled;
  private final Consumer<SkippedRecord> skipped;
  private final RestartingLoop loop;
  private final CompletableFuture<Void> loaded = new CompletableFuture<>();

  public CancellationFeed(
      Map<String, Object> clientProperties,
      String topic,
      CancelledJobs cancelled,
      RestartingLoop.Listener trouble,
      Consumer<SkippedRecord> skipped) {
    this.properties = new HashMap<>(clientProperties);
    this.properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.topic = topic;
    this.cancelled = cancelled;
    this.skipped = skipped;
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
    String key = request.key();
    byte @Nullable [] value = request.value();
    if (key == null || key.isEmpty() || key.length() > JOB_ID_CHARACTERS_MAX) {
      skip(request, "key: %s (expected: a job id)".formatted(key == null ? "none" : shown(key)));
    } else if (value != null) { // The topic is compacted: a key without a value was given up.
      read(request, key, value);
    }
  }

  private void read(ConsumerRecord<String, byte[]> request, String jobId, byte[] value) {
    try {
      cancelled.add(jobId, cancelledAt(CancelRequest.parseFrom(value), request.timestamp()));
    } catch (InvalidProtocolBufferException e) {
      skip(request, "cancellation: %d bytes (expected: a CancelRequest)".formatted(value.length));
    }
  }

  /** Kafka's time where the request tells none that can be: too late, and it is never forgotten. */
  private static Instant cancelledAt(CancelRequest cancel, long recordMillis) {
    Instant written = Instant.ofEpochMilli(recordMillis);
    return WireTime.instant(cancel.getAt())
        .filter(at -> cancel.hasAt() && at.isBefore(written.plus(CLOCKS_APART)))
        .orElse(written);
  }

  private void skip(ConsumerRecord<String, byte[]> request, String problem) {
    skipped.accept(
        new SkippedRecord(request.topic(), request.partition(), request.offset(), problem));
  }

  private static String shown(String key) {
    return "'" + ShownText.of(key) + "'";
  }

  public void close(Duration timeout) {
    loop.close(timeout);
  }
}
