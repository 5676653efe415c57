package io.vignette.gateway.status;

import io.vignette.kafka.OutageLog;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The thread that fills the table: first a {@link TableLoad}, then all events from where the load
 * ends, for ever.
 *
 * <p>After a fault, of Kafka or of any other kind, it begins anew, with the table as it is, and
 * where it was unless Kafka has no longer what follows. Life: made → started → closed.
 */
final class TableFeed {
  private static final Logger LOG = Logger.getLogger(TableFeed.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long RETRY_MILLIS = 1000;

  private final TableSource source;
  private final Fold fold;
  private final Progress progress;
  private final Runnable cleaning;
  private final Checkpoints checkpoints;
  private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final OutageLog outage = new OutageLog();
  private final Thread thread;
  private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
  private volatile @Nullable TableLoad load;

  /** Of the events that are read. This thread's own, as what follows. */
  private @Nullable Uuid topic;

  /** Of the events that the table was level with once, up to its progress. */
  private @Nullable Uuid followed;

  /**
   * @param cleaning run after every poll, on this thread or a reader's of the load
   */
  TableFeed(
      TableSource source,
      Fold fold,
      Progress progress,
      Checkpoints checkpoints,
      Runnable cleaning) {
    this.source = source;
    this.fold = fold;
    this.progress = progress;
    this.checkpoints = checkpoints;
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
    TableLoad loading = load;
    if (loading != null) {
      loading.stop();
    }
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
        if (!isClosed() && outage.failed()) {
          LOG.warnf("job table: reading anew (%s)", e.getMessage());
        }
        pause();
      } catch (RuntimeException | Error e) { // Without this thread no job's state would change.
        // An Error is told each time: a process that lacks memory ends by what is logged.
        if (outage.failed() || e instanceof Error) {
          LOG.errorf(e, "job table: reading anew after a fault that is not Kafka's");
        }
        pause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Loads what is there; returns where the events after it begin. */
  private Map<TopicPartition, Long> load(KafkaConsumer<String, byte[]> opened)
      throws ExecutionException, InterruptedException {
    // The progress is not that of the table while it loads.
    checkpoints.suspend();
    Uuid events = source.eventsTopic();
    topic = events;
    if (source.isFresh(opened)) {
      return source.zero();
    }
    // Before the snapshot: what is folded twice changes nothing, what is missed stays missing.
    Map<TopicPartition, Long> committed = source.reflectedInSnapshot();
    Optional<Map<TopicPartition, Long>> known =
        events.equals(followed)
            ? checkpoints.inMemory(source, opened, committed.keySet())
            : checkpoints.load(events, source, opened, committed);
    TableLoad begun = new TableLoad(source, fold, cleaning);
    load = begun;
    if (isClosed()) { // Since before the load could be stopped.
      begun.stop();
    }
    return known.isPresent() ? begun.runEvents(known.get()) : begun.run(committed);
  }

  private void follow(KafkaConsumer<String, byte[]> opened, Map<TopicPartition, Long> starts) {
    opened.assign(starts.keySet());
    starts.forEach(opened::seek);
    starts.forEach((partition, offset) -> progress.advance(partition.partition(), offset));
    checkpoints.of(topic);
    followed = topic;
    Map<TopicPartition, Long> ends = opened.endOffsets(starts.keySet());
    outage
        .succeeded()
        .ifPresent(after -> LOG.infof("job table: reads again after %s", OutageLog.text(after)));
    while (!isClosed()) {
      if (!caughtUp.isDone() && TableLoad.isReached(opened, ends)) {
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
