package io.vignette.ledger.topology;

import io.vignette.ledger.state.Events;
import io.vignette.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Ends jobs at a steady pace and notes when Kafka confirmed each end and when its result could be
 * read, committed.
 *
 * <p>Thread-safe. From the confirmation on a look-up says how the job ended, as every gateway folds
 * the events itself: the two times are how far look-ups and results are apart.
 */
final class ResultClock implements AutoCloseable {
  private static final Duration PACE = Duration.ofMillis(50);

  private final Map<String, Long> confirmed = new ConcurrentHashMap<>();
  private final Map<String, Long> read = new ConcurrentHashMap<>();
  private final AtomicInteger doubled = new AtomicInteger();
  private final Topics topics;
  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<String, byte[]> results;
  private final Thread writer;
  private final Thread reader;
  private volatile boolean writing = true;
  private volatile boolean reading = true;

  private ResultClock(String bootstrapServers, Topics topics) {
    this.topics = topics;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "acks",
                "all",
                "linger.ms",
                0,
                "request.timeout.ms",
                5_000,
                "delivery.timeout.ms",
                3_600_000),
            new StringSerializer(),
            new ByteArraySerializer());
    this.results = LedgerTopics.committedConsumer(bootstrapServers);
    this.writer = new Thread(this::write, "events-writer");
    this.reader = new Thread(this::read, "results-reader");
  }

  /** Begins to write and to read; the topics must exist. */
  static ResultClock start(String bootstrapServers, Topics topics) {
    ResultClock clock = new ResultClock(bootstrapServers, topics);
    List<TopicPartition> partitions =
        clock.results.partitionsFor(topics.results()).stream()
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    clock.results.assign(partitions);
    clock.results.seekToBeginning(partitions);
    clock.writer.start();
    clock.reader.start();
    return clock;
  }

  private void write() {
    for (int n = 0; writing; n++) {
      String job = new UUID(0, n).toString();
      producer.send(
          new ProducerRecord<>(topics.jobEvents(), job, Events.of(job).succeeded(1).toByteArray()),
          (place, failure) -> {
            if (failure == null) {
              confirmed.put(job, System.nanoTime());
            }
          });
      LockSupport.parkNanos(PACE.toNanos()); // The pace, not a wait for anything.
    }
  }

  private void read() {
    while (reading) {
      for (ConsumerRecord<String, byte[]> record : results.poll(Duration.ofMillis(100))) {
        if (read.putIfAbsent(record.key(), System.nanoTime()) != null) {
          doubled.incrementAndGet();
        }
      }
    }
  }

  /** When the first result could be read whose job's end was confirmed after {@code nanos}. */
  long firstResultOfAJobEndedAfter(long nanos) {
    return read.entrySet().stream()
        .filter(job -> confirmed.getOrDefault(job.getKey(), nanos) > nanos)
        .mapToLong(Map.Entry::getValue)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Whether Kafka confirmed the end of a job after {@code nanos}. */
  boolean confirmedAfter(long nanos) {
    return confirmed.values().stream().anyMatch(at -> at - nanos > 0);
  }

  /** Results that could be read so far. */
  int results() {
    return read.size();
  }

  /** Ends that Kafka confirmed before {@code nanos} and whose results could not be read yet. */
  long outstanding(long nanos) {
    return confirmed.entrySet().stream()
        .filter(job -> job.getValue() < nanos && !read.containsKey(job.getKey()))
        .count();
  }

  /** The longest time between a confirmed end and its result, of jobs that ended in between. */
  Duration longest(long fromNanos, long toNanos) {
    return Duration.ofNanos(
        confirmed.entrySet().stream()
            .filter(job -> job.getValue() > fromNanos && job.getValue() < toNanos)
            .mapToLong(job -> read.getOrDefault(job.getKey(), System.nanoTime()) - job.getValue())
            .max()
            .orElse(0));
  }

  /** Jobs with more than one result. */
  int doubled() {
    return doubled.get();
  }

  /** Writes no more; waits until Kafka has confirmed what was written. */
  void stopWriting() throws InterruptedException {
    writing = false;
    writer.join();
    producer.flush();
  }

  @Override
  public void close() throws InterruptedException {
    writing = false;
    writer.join();
    producer.close(Duration.ZERO);
    reading = false;
    reader.join();
    results.close(CloseOptions.timeout(Duration.ZERO));
  }
}
