package io.vignette.worker.delay;

import io.vignette.wire.Topics;
import io.vignette.worker.loop.RestartingLoop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
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
 * all. A job whose move Kafka does not confirm is moved again; the others of its partition are not,
 * unless the partition goes to another worker. A record that can't be moved has its job fail and
 * holds up nobody; none holds up its partition for longer than all jobs of its topic wait. Holds at
 * most one poll of jobs a partition.
 */
public final class DelayForwarder {
  private static final Duration LONGEST_POLL = Duration.ofMillis(400);
  private static final Duration BACKOFF = Duration.ofSeconds(1);
  private static final Duration CONFIRM = Duration.ofSeconds(60);
  private static final int RECORDS_PER_POLL = 100;

  private final Map<String, Object> properties;
  private final Topics topics;
  private final Mover mover;
  private final Map<String, Duration> waits;
  private final Clock clock;
  private final RestartingLoop loop;

  public DelayForwarder(
      Map<String, Object> clientProperties,
      Topics topics,
      Destinations destinations,
      Clock clock,
      RestartingLoop.Listener trouble) {
    this.properties = new HashMap<>(clientProperties);
    this.properties.put(ConsumerConfig.GROUP_ID_CONFIG, topics.prefix() + "-forwarder");
    this.properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_PER_POLL);
    this.topics = topics;
    this.mover = new Mover(topics, destinations);
    this.waits =
        Arrays.stream(Topics.Delay.values())
            .collect(Collectors.toMap(topics::delay, Topics.Delay::duration));
    this.clock = clock;
    this.loop = new RestartingLoop("delay-forwarder", BACKOFF, this::forward, trouble);
  }

  public void start() {
    loop.start();
  }

  private void forward(RestartingLoop running) throws InterruptedException {
    Map<TopicPartition, DelayLine> lines = new HashMap<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(waits.keySet(), new DropRevoked(lines));
      while (!running.isStopping()) {
        ConsumerRecords<String, byte[]> polled = consumer.poll(untilNextDue(lines));
        for (ConsumerRecord<String, byte[]> delayed : polled) {
          TopicPartition partition = new TopicPartition(delayed.topic(), delayed.partition());
          lines.computeIfAbsent(partition, unseen -> new DelayLine()).add(read(delayed));
          consumer.pause(List.of(partition));
        }
        Optional<Throwable> failure = moveDue(consumer, lines);
        if (failure.isPresent()) {
          running.fails(new IllegalStateException("delayed jobs: not moved", failure.get()));
        } else if (!consumer.assignment().isEmpty()) {
          running.works();
        }
      }
    }
  }

  /**
   * No job of a topic waits longer than the topic says, counted from when it was written: records
   * one behind the other wait together. A time to come counts as now.
   */
  private DelayedRecord read(ConsumerRecord<String, byte[]> delayed) {
    Duration wait = waits.getOrDefault(delayed.topic(), Duration.ZERO);
    Instant now = clock.instant();
    Instant written = Instant.ofEpochMilli(delayed.timestamp());
    return DelayedRecord.of(delayed, topics.jobsBulk())
        .dueBy((written.isBefore(now) ? written : now).plus(wait));
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

  /** Moves what is due, commits what has moved, and returns why something has not. */
  private Optional<Throwable> moveDue(
      KafkaConsumer<String, byte[]> consumer, Map<TopicPartition, DelayLine> lines) {
    Instant now = clock.instant();
    List<Move> moves =
        lines.values().stream()
            .flatMap(line -> line.due(now).stream().map(delayed -> begin(line, delayed)))
            .toList();
    Optional<Throwable> failure = await(moves);
    lines.forEach(
        (partition, line) -> {
          line.settle()
              .ifPresent(
                  next -> consumer.commitSync(Map.of(partition, new OffsetAndMetadata(next))));
          if (line.isEmpty()) {
            consumer.resume(List.of(partition));
          }
        });
    return failure;
  }

  private Move begin(DelayLine line, DelayedRecord delayed) {
    return new Move(line, delayed, mover.move(delayed).toCompletableFuture());
  }

  /** Notes every move that Kafka confirms in time; the first failure of the others. */
  private static Optional<Throwable> await(List<Move> moves) {
    long end = System.nanoTime() + CONFIRM.toNanos();
    Throwable first = null;
    for (Move move : moves) {
      try {
        move.confirmed().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        move.line().moved(move.delayed());
      } catch (ExecutionException | TimeoutException e) {
        first = first == null ? e : first;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.of(e);
      }
    }
    return Optional.ofNullable(first);
  }

  private record Move(DelayLine line, DelayedRecord delayed, CompletableFuture<Void> confirmed) {}

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
