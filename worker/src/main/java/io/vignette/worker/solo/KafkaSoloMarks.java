package io.vignette.worker.solo;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.vignette.proto.v1.SoloMark;
import io.vignette.records.SkippedRecord;
import io.vignette.records.WireTime;
import io.vignette.wire.Headers;
import io.vignette.worker.outcome.JobPublisher;
import io.vignette.worker.pipeline.SoloMarks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Marks of suspects on a compacted topic.
 *
 * <p>Thread-safe; never blocks. Reads with no group, from the topic's beginning, and only when a
 * suspect is asked for: then up to the end that the topic has at that moment, so that every mark
 * confirmed before is seen. Suspects are rare, so a worker that never meets one has no consumer for
 * them. Remembers the marks of at most {@link #REMEMBERED} jobs, the latest ones.
 */
public final class KafkaSoloMarks implements SoloMarks, AutoCloseable {
  private static final int REMEMBERED = 100_000;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CATCH_UP_MAX = Duration.ofSeconds(20);
  private static final Duration CLOCKS_APART = Duration.ofHours(1);

  /** Of crashes and of deliveries; far more than end a job. */
  private static final int COUNT_MAX = 1_000;

  private static final long CLOSE_AGAIN_MILLIS = 1_000;
  private static final long CLOSE_SECONDS = 2;

  private final Map<String, Object> properties;
  private final String topic;
  private final String worker;
  private final JobPublisher publisher;
  private final Clock clock;
  private final Consumer<RuntimeException> trouble;
  private final Consumer<SkippedRecord> skipped;
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("solo-marks").daemon(true).factory());

  /** Marks that this worker wants closed and Kafka has not confirmed: what it knows of itself. */
  private final Map<String, SoloMark> closing = new ConcurrentHashMap<>();

  // Of the thread alone.
  private final Map<String, SoloMark> latest = new LatestMarks();
  private @Nullable KafkaConsumer<String, byte[]> consumer;

  /**
   * @param clientProperties how to reach Kafka: {@code bootstrap.servers} and whatever security
   *     asks
   * @param worker named in the marks
   * @param publisher writes to any topic
   * @param trouble hears what went wrong with Kafka
   * @param skipped hears of records that are no marks
   */
  public KafkaSoloMarks(
      Map<String, Object> clientProperties,
      String topic,
      String worker,
      JobPublisher publisher,
      Clock clock,
      Consumer<RuntimeException> trouble,
      Consumer<SkippedRecord> skipped) {
    this.properties = new HashMap<>(clientProperties);
    this.properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.topic = topic;
    this.worker = worker;
    this.publisher = publisher;
    this.clock = clock;
    this.trouble = trouble;
    this.skipped = skipped;
  }

  @Override
  public CompletionStage<SoloMark> of(String jobId) {
    try {
      return CompletableFuture.supplyAsync(() -> read(jobId), thread);
    } catch (RejectedExecutionException e) { // Closed meanwhile.
      return CompletableFuture.failedFuture(e);
    }
  }

  private SoloMark read(String jobId) {
    SoloMark own = closing.get(jobId);
    if (own != null) {
      return own;
    }
    try {
      catchUp();
    } catch (RuntimeException e) {
      leave();
      throw e;
    }
    return latest.getOrDefault(jobId, SoloMark.getDefaultInstance());
  }

  private void catchUp() {
    KafkaConsumer<String, byte[]> reading = consumer();
    Map<TopicPartition, Long> ends =
        new HashMap<>(reading.endOffsets(reading.assignment(), CATCH_UP_MAX));
    long latestNanos = System.nanoTime() + CATCH_UP_MAX.toNanos();
    while (true) {
      ends.entrySet().removeIf(end -> reading.position(end.getKey()) >= end.getValue());
      if (ends.isEmpty()) {
        return;
      }
      if (System.nanoTime() - latestNanos > 0) {
        throw new TimeoutException(
            "marks of suspects: not read to their end in %s (expected: sooner)"
                .formatted(CATCH_UP_MAX));
      }
      reading.poll(POLL).forEach(this::remember);
    }
  }

  private KafkaConsumer<String, byte[]> consumer() {
    KafkaConsumer<String, byte[]> open = consumer;
    if (open == null) {
      open = new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
      consumer = open;
      List<TopicPartition> partitions =
          open.partitionsFor(topic, CATCH_UP_MAX).stream()
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      if (partitions.isEmpty()) {
        throw new KafkaException("topic " + topic + ": not there (expected: made by a gateway)");
      }
      open.assign(partitions);
      open.seekToBeginning(partitions);
    }
    return open;
  }

  private void leave() {
    KafkaConsumer<String, byte[]> open = consumer;
    consumer = null;
    latest.clear();
    if (open != null) {
      open.close();
    }
  }

  private void remember(ConsumerRecord<String, byte[]> written) {
    if (written.key() == null || written.value() == null) {
      return;
    }
    try {
      latest.put(written.key(), repaired(SoloMark.parseFrom(written.value()), written.timestamp()));
    } catch (InvalidProtocolBufferException e) {
      skipped.accept(
          new SkippedRecord(
              written.topic(),
              written.partition(),
              written.offset(),
              "mark: %d bytes (expected: a SoloMark)".formatted(written.value().length)));
    }
  }

  /**
   * The mark without what no worker writes. A time that is none, or is to come, becomes the
   * record's own: with it a suspect would wait for ever. Counts are bounded, so that sums of them
   * fit an int; a count that is negative as an int becomes 0.
   */
  private static SoloMark repaired(SoloMark told, long recordMillis) {
    Instant written = Instant.ofEpochMilli(recordMillis);
    Instant at =
        WireTime.instant(told.getAt())
            .filter(time -> time.isBefore(written.plus(CLOCKS_APART)))
            .orElse(written);
    return told.toBuilder()
        .setAt(timestamp(at))
        .setCrashes(Math.clamp(told.getCrashes(), 0, COUNT_MAX))
        .setDeliveries(Math.clamp(told.getDeliveries(), 0, COUNT_MAX))
        .build();
  }

  private static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }

  @Override
  public CompletionStage<Void> put(SoloMark mark) {
    closing.remove(mark.getJobId());
    return write(mark);
  }

  private CompletionStage<Void> write(SoloMark mark) {
    SoloMark signed = mark.toBuilder().setWorker(worker).setAt(timestamp(clock.instant())).build();
    return publisher.publish(
        topic,
        signed.getJobId(),
        signed.toByteArray(),
        Map.of(Headers.CONTENT_TYPE, Headers.PROTOBUF));
  }

  @Override
  public CompletionStage<Void> close(SoloMark mark) {
    closing.put(mark.getJobId(), mark);
    return tryClosing(mark);
  }

  private CompletionStage<Void> tryClosing(SoloMark mark) {
    return write(mark)
        .handle(
            (done, thrown) -> {
              if (thrown == null) {
                closing.remove(mark.getJobId(), mark);
              } else {
                closeLater(mark);
              }
              return null;
            });
  }

  private void closeLater(SoloMark mark) {
    try {
      thread.schedule(
          () -> {
            // Unless the job is marked anew by now.
            if (closing.get(mark.getJobId()) == mark) {
              tryClosing(mark);
            }
          },
          CLOSE_AGAIN_MILLIS,
          TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      trouble.accept(e); // The worker has left: the mark stays open.
    }
  }

  /** Stops reading, within two seconds. Marks that are not closed by now stay open. */
  @Override
  public void close() {
    try {
      thread.submit(this::leave).get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RejectedExecutionException
        | ExecutionException
        | java.util.concurrent.TimeoutException e) {
      trouble.accept(new IllegalStateException("marks of suspects: not left in order", e));
    } finally {
      thread.shutdownNow();
    }
  }

  /** Forgets the job whose mark was read first. */
  private static final class LatestMarks extends LinkedHashMap<String, SoloMark> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, SoloMark> eldest) {
      return size() > REMEMBERED;
    }
  }
}
