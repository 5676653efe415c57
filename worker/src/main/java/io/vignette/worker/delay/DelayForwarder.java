package io.vignette.worker.delay;

import io.vignette.wire.Topics;
import io.vignette.worker.loop.RestartingLoop;
import io.vignette.worker.outcome.JobPublisher;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Moves delayed jobs to their targets when they are due.
 *
 * <p>All workers share one consumer group. A partition is paused while its first job is not due;
 * its offset is committed after Kafka confirmed the move, so a job may move twice, never not at
 * all. Holds at most one poll of jobs a partition.
 */
public final class DelayForwarder {
  private static final Duration LONGEST_POLL = Duration.ofMillis(400);
  private static final Duration BACKOFF = Duration.ofSeconds(1);
  private static final long CONFIRM_SECONDS = 60;
  private static final int RECORDS_PER_POLL = 100;

  private final Map<String, Object> properties;
  private final Topics topics;
  private final JobPublisher jobs;
  private final Clock clock;
  private final RestartingLoop loop;

  public DelayForwarder(
      Map<String, Object> clientProperties,
      Topics topics,
      JobPublisher jobs,
      Clock clock,
      RestartingLoop.Listener trouble) {
    this.properties = new HashMap<>(clientProperties);
    this.properties.put(ConsumerConfig.GROUP_ID_CONFIG, topics.prefix() + "-forwarder");
    this.properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_PER_POLL);
    this.topics = topics;
    this.jobs = jobs;
    this.clock = clock;
    this.loop = new RestartingLoop("delay-forwarder", BACKOFF, this::forward, trouble);
  }

  public void start() {
    loop.start();
  }

  private void forward(RestartingLoop running) {
    Map<TopicPartition, DelayLine> lines = new HashMap<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<String> delays = Arrays.stream(Topics.Delay.values()).map(topics::delay).toList();
      consumer.subscribe(delays, new DropRevoked(lines));
      while (!running.isStopping()) {
        ConsumerRecords<String, byte[]> polled = consumer.poll(untilNextDue(lines));
        for (ConsumerRecord<String, byte[]> delayed : polled) {
          TopicPartition partition = new TopicPartition(delayed.topic(), delayed.partition());
          lines
              .computeIfAbsent(partition, unseen -> new DelayLine())
              .add(DelayedRecord.of(delayed, topics.jobsBulk()));
          consumer.pause(List.of(partition));
        }
        moveDue(consumer, lines);
        if (!consumer.assignment().isEmpty()) {
          running.works();
        }
      }
    }
  }

  private Duration untilNextDue(Map<TopicPartition, DelayLine> lines) {
    Instant now = clock.instant();
    return lines.values().stream()
        .flatMap(line -> line.nextDue().stream())
        .map(due -> Duration.between(now, due))
        .min(Duration::compareTo)
        .map(wait -> wait.isNegative() ? Duration.ZERO : wait)
        .filter(wait -> wait.compareTo(LONGEST_POLL) < 0)
        .orElse(LONGEST_POLL);
  }

  private void moveDue(
      KafkaConsumer<String, byte[]> consumer, Map<TopicPartition, DelayLine> lines) {
    Instant now = clock.instant();
    lines.forEach(
        (partition, line) -> {
          List<DelayedRecord> due = line.due(now);
          if (!due.isEmpty()) {
            move(due);
            line.moved(due.size());
            long next = due.getLast().source().offset() + 1;
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(next)));
          }
          if (line.isEmpty()) {
            consumer.resume(List.of(partition));
          }
        });
  }

  /** Waits for Kafka: an unconfirmed move fails the round, and all of it is done again. */
  private void move(List<DelayedRecord> due) {
    CompletableFuture.allOf(
            due.stream()
                .map(
                    delayed ->
                        jobs.publish(
                                delayed.target(),
                                delayed.source().key(),
                                delayed.source().value(),
                                delayed.headers())
                            .toCompletableFuture())
                .toArray(CompletableFuture[]::new))
        .orTimeout(CONFIRM_SECONDS, TimeUnit.SECONDS)
        .join();
  }

  public void close(Duration timeout) {
    loop.close(timeout);
  }

  /** Jobs of partitions that went to another worker are that worker's. */
  private record DropRevoked(Map<TopicPartition, DelayLine> lines)
      implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      partitions.forEach(lines::remove);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
  }
}
