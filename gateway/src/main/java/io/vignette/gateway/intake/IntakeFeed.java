package io.vignette.gateway.intake;

import io.vignette.kafka.OutageLog;
import io.vignette.wire.KafkaConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/**
 * Reads image events on a thread of its own, as one of the group of all gateways.
 *
 * <pre>
 *   made → started: [ fetch → all at work → offsets committed ]* → closed
 * </pre>
 *
 * <p>Holds at most one fetch, which is the bound on events in flight, and fetches the next when all
 * are brought to their end. Guarantees that no offset is committed before; does not guarantee that
 * an event is handled only once. Where Kafka fails, it begins anew.
 */
final class IntakeFeed implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(IntakeFeed.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long MEMBERSHIP_MILLIS = 100;
  private static final long ANEW_MILLIS = 5000;
  private static final long DRAIN_MILLIS = 2000;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
  private static final int FETCH_BYTES_MAX = 16 * 1024 * 1024;

  private final KafkaConnection kafka;
  private final String topic;
  private final String group;
  private final int inFlightMax;
  private final Function<ConsumerRecord<byte[], byte[]>, CompletableFuture<Void>> handler;
  private final OutageLog outage = new OutageLog();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread = Thread.ofPlatform().daemon().name("intake").unstarted(this::run);

  IntakeFeed(
      KafkaConnection kafka,
      String topic,
      String group,
      int inFlightMax,
      Function<ConsumerRecord<byte[], byte[]>, CompletableFuture<Void>> handler) {
    this.kafka = kafka;
    this.topic = topic;
    this.group = group;
    this.inFlightMax = inFlightMax;
    this.handler = handler;
  }

  /** The topic must exist, and jobs must be taken. Once only. */
  void start() {
    thread.start();
  }

  /** Gives what is at work a moment, commits what is done and leaves the group. Idempotent. */
  @Override
  public void close() {
    stopping.countDown();
    try {
      thread.join(Duration.ofMillis(2 * DRAIN_MILLIS + CLOSE_LIMIT.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (isRunning()) {
        runUntilFault();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void runUntilFault() throws InterruptedException {
    try {
      feed();
    } catch (RuntimeException | Error e) { // Whatever it was: nobody else would hear of it.
      boolean isFirst = outage.failed();
      if (e instanceof Error) {
        // Told each time: a process that lacks memory ends by what is logged.
        LOG.errorf(e, "CAP-2003 intake: begins anew, topicName=%s error=%s", topic, e);
      } else if (isFirst) {
        LOG.warnf("CAP-2003 intake: begins anew, topicName=%s error=%s", topic, e.getMessage());
      }
      stopping.await(ANEW_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void feed() throws InterruptedException {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    try {
      NewcomersPaused listener = new NewcomersPaused(consumer);
      consumer.subscribe(List.of(topic), listener);
      while (isRunning()) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        if (!consumer.assignment().isEmpty()) {
          sayAgain();
        }
        if (!records.isEmpty()) {
          EventBatch batch = new EventBatch(records, handler);
          await(batch, consumer, listener);
          commit(batch, consumer);
        }
      }
    } finally {
      consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
    }
  }

  private void sayAgain() {
    outage
        .succeeded()
        .ifPresent(
            after ->
                LOG.infof(
                    "CAP-2005 intake: reads again after %s, topicName=%s",
                    OutageLog.text(after), topic));
  }

  /** Polls while it waits, without fetching: who doesn't poll for long is put out of the group. */
  private void await(
      EventBatch batch, KafkaConsumer<byte[], byte[]> consumer, NewcomersPaused listener)
      throws InterruptedException {
    if (isDone(batch, MEMBERSHIP_MILLIS)) {
      return;
    }
    listener.pauseNewcomers(true);
    consumer.pause(consumer.assignment());
    while (isRunning() && !isDone(batch, MEMBERSHIP_MILLIS)) {
      consumer.poll(Duration.ZERO);
    }
    listener.pauseNewcomers(false);
    consumer.resume(consumer.paused());
    if (!isRunning() && !isDone(batch, DRAIN_MILLIS)) {
      LOG.debug("intake: stopped with events at work; they are repeated");
    }
  }

  private static boolean isDone(EventBatch batch, long millis) throws InterruptedException {
    try {
      batch.all().get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("event handler: failed (expected: never)", e);
    }
  }

  /** What cannot be committed now is with the next batch, or repeated by whoever has it then. */
  private static void commit(EventBatch batch, KafkaConsumer<byte[], byte[]> consumer) {
    Map<TopicPartition, OffsetAndMetadata> offsets = batch.commitReady();
    offsets.keySet().retainAll(consumer.assignment());
    try {
      if (!offsets.isEmpty()) {
        consumer.commitSync(offsets);
      }
    } catch (CommitFailedException | RetriableException e) {
      LOG.debugf("intake: offsets not committed, events are repeated (%s)", e.getMessage());
    }
  }

  private boolean isRunning() {
    return stopping.getCount() > 0;
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>(kafka.properties());
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, inFlightMax);
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    return settings;
  }

  /** Partitions that are assigned while a batch is at work must not bring records. */
  private static final class NewcomersPaused implements ConsumerRebalanceListener {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private boolean pausing;

    NewcomersPaused(KafkaConsumer<byte[], byte[]> consumer) {
      this.consumer = consumer;
    }

    void pauseNewcomers(boolean wanted) {
      pausing = wanted;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      if (pausing) {
        consumer.pause(partitions);
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      // What is at work ends all the same; its repetition elsewhere is the same job.
    }
  }
}
