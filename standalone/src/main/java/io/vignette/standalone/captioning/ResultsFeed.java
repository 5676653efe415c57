package io.vignette.standalone.captioning;

import io.vignette.proto.v1.CaptionResult;
import io.vignette.records.CaptionResultReader;
import io.vignette.records.SkippedRecord;
import io.vignette.records.UnreadableRecordException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The results topic as it grows: every record that is committed after the feed was opened, read
 * committed.
 *
 * <p>One thread; the consumer of results is called on it and must not block. Delivers a record once
 * as long as the feed lives. A record that is no result is logged and passed over; what no result
 * can hold is left out of one that is.
 */
public final class ResultsFeed implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ResultsFeed.class);
  private static final Duration POLL = Duration.ofMillis(500);

  private final KafkaConsumer<String, byte[]> consumer;
  private final Consumer<CaptionResult> sink;
  private final Consumer<Throwable> onFailure;
  private final Thread thread;

  private ResultsFeed(
      KafkaConsumer<String, byte[]> consumer,
      Consumer<CaptionResult> sink,
      Consumer<Throwable> onFailure) {
    this.consumer = consumer;
    this.sink = sink;
    this.onFailure = onFailure;
    this.thread = new Thread(this::read, "results-feed");
  }

  /**
   * Opens the feed: returns when its start is fixed, so that no later result is missed.
   *
   * @param fromBeginning whether to deliver what is there already
   * @param onFailure called once if the feed ends because Kafka or the sink failed
   */
  public static ResultsFeed open(
      String bootstrapServers,
      String topic,
      boolean fromBeginning,
      Consumer<CaptionResult> sink,
      Consumer<Throwable> onFailure) {
    KafkaConsumer<String, byte[]> consumer = consumer(bootstrapServers);
    List<TopicPartition> partitions = assignAll(consumer, topic);
    if (fromBeginning) {
      consumer.seekToBeginning(partitions);
    } else {
      consumer.seekToEnd(partitions);
    }
    partitions.forEach(consumer::position);
    ResultsFeed feed = new ResultsFeed(consumer, sink, onFailure);
    feed.thread.start();
    return feed;
  }

  /**
   * Delivers what is committed at the moment of the call, and returns.
   *
   * @param enough asked between requests to Kafka; true = read no further
   */
  public static void readAll(
      String bootstrapServers, String topic, Consumer<CaptionResult> sink, BooleanSupplier enough) {
    KafkaConsumer<String, byte[]> consumer = consumer(bootstrapServers);
    ResultsFeed feed = new ResultsFeed(consumer, sink, failure -> {});
    try (consumer) {
      List<TopicPartition> partitions = assignAll(consumer, topic);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (!enough.getAsBoolean()
          && ends.entrySet().stream()
              .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(POLL).forEach(feed::deliver);
      }
    }
  }

  private static KafkaConsumer<String, byte[]> consumer(String bootstrapServers) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "earliest");
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private static List<TopicPartition> assignAll(
      KafkaConsumer<String, byte[]> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    return partitions;
  }

  private void read() {
    try (consumer) {
      while (!Thread.currentThread().isInterrupted()) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          deliver(record);
        }
      }
    } catch (WakeupException | InterruptException e) {
      // close() was called.
      LOG.debug("results feed: closed");
    } catch (RuntimeException e) { // Outermost loop: whoever waits for results must hear of it.
      onFailure.accept(e);
    }
  }

  private void deliver(ConsumerRecord<String, byte[]> record) {
    try {
      sink.accept(CaptionResultReader.read(record.value()));
    } catch (UnreadableRecordException e) {
      LOG.error(
          "results: record passed over: {}",
          new SkippedRecord(record.topic(), record.partition(), record.offset(), e.problem()));
    }
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
