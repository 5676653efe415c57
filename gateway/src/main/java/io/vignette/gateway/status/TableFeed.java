package io.vignette.gateway.status;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The thread that fills the table: the ledger's snapshot first, then all events from where the
 * snapshot ends, for ever.
 *
 * <p>After a fault of Kafka it begins anew, with the table as it is. Life: made → started → closed.
 */
final class TableFeed {
  private static final Logger LOG = Logger.getLogger(TableFeed.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long RETRY_MILLIS = 1000;

  private final TableSource source;
  private final Fold fold;
  private final Progress progress;
  private final Runnable cleaning;
  private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable KafkaConsumer<String, byte[]> consumer;

  /**
   * @param cleaning run after every poll, on this thread
   */
  TableFeed(TableSource source, Fold fold, Progress progress, Runnable cleaning) {
    this.source = source;
    this.fold = fold;
    this.progress = progress;
    this.cleaning = cleaning;
    this.thread = Thread.ofPlatform().daemon().name("job-table").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Completes when the table reflects all that was on Kafka at its start. */
  CompletableFuture<Void> caughtUp() {
    return caughtUp;
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  void close(Duration limit) {
    closed.countDown();
    caughtUp.completeExceptionally(new IllegalStateException("job table: closed"));
    KafkaConsumer<String, byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
    try {
      thread.join(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!isClosed()) {
      try (KafkaConsumer<String, byte[]> opened = source.open()) {
        consumer = opened;
        follow(opened, load(opened));
      } catch (WakeupException | InterruptException e) {
        LOG.debugf("job table: stopped (%s)", e.getClass().getSimpleName());
      } catch (KafkaException | ExecutionException e) {
        LOG.warnf("job table: reading anew (%s)", e.getMessage());
        pause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Loads the snapshot; returns where the events after it begin. */
  private Map<TopicPartition, Long> load(KafkaConsumer<String, byte[]> opened)
      throws ExecutionException, InterruptedException {
    if (source.isFresh(opened)) {
      return source.zero();
    }
    // Before the snapshot: what is folded twice changes nothing, what is missed stays missing.
    Map<TopicPartition, Long> committed = source.reflectedInSnapshot();
    readToEnd(opened, source.snapshotPartitions());
    return committed;
  }

  private void readToEnd(KafkaConsumer<String, byte[]> opened, List<TopicPartition> partitions) {
    opened.assign(partitions);
    opened.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = opened.endOffsets(partitions);
    while (!isClosed() && !isReached(opened, ends)) {
      opened.poll(POLL).forEach(fold::snapshot);
    }
  }

  private void follow(KafkaConsumer<String, byte[]> opened, Map<TopicPartition, Long> starts) {
    opened.assign(starts.keySet());
    starts.forEach(opened::seek);
    Map<TopicPartition, Long> ends = opened.endOffsets(starts.keySet());
    while (!isClosed()) {
      if (!caughtUp.isDone() && isReached(opened, ends)) {
        caughtUp.complete(null);
      }
      for (ConsumerRecord<String, byte[]> event : opened.poll(POLL)) {
        fold.event(event);
      }
      starts.keySet().forEach(each -> progress.advance(each.partition(), opened.position(each)));
      progress.wake();
      cleaning.run();
    }
  }

  private static boolean isReached(
      KafkaConsumer<String, byte[]> opened, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> end.getValue() == 0 || opened.position(end.getKey()) >= end.getValue());
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void pause() {
    try {
      if (closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.debug("job table: closed while waiting for Kafka");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
