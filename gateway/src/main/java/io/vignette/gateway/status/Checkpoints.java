package io.vignette.gateway.status;

import io.vignette.gateway.status.CheckpointFile.Checkpoint;
import io.vignette.kafka.OutageLog;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes the table to disk from time to time and at the end, so that the next start reads from
 * Kafka only what came since.
 *
 * <p>A checkpoint is taken while events are folded: its statuses are at least as new as its offsets
 * say, and an event that is folded again changes nothing. What can't be read or written is logged,
 * and costs only time: Kafka has it all.
 *
 * <p>Life: made → told the topic and loaded from, by the table's feed → started → closed.
 * Thread-safe.
 */
final class Checkpoints {
  private static final Logger LOG = Logger.getLogger(Checkpoints.class);

  private final Optional<CheckpointFile> file;
  private final StatusMap map;
  private final Progress progress;
  private final Duration interval;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final OutageLog faults = new OutageLog();
  private final Thread writer;
  private volatile @Nullable Uuid topic;

  /**
   * @param file empty where nothing is kept
   */
  Checkpoints(Optional<CheckpointFile> file, StatusMap map, Progress progress, Duration interval) {
    this.file = file;
    this.map = map;
    this.progress = progress;
    this.interval = interval;
    this.writer = Thread.ofPlatform().daemon().name("job-table-checkpoint").unstarted(this::run);
  }

  /** From now on checkpoints are those of this topic of events. */
  void of(Uuid events) {
    topic = events;
  }

  /**
   * Fills an empty map where a checkpoint is of use: Kafka still has all events behind it, and they
   * are fewer than the records of a whole load.
   *
   * @param committed by partition of the events, up to where the snapshot on Kafka reflects them
   * @return by partition of the events, where those begin that the checkpoint does not reflect
   */
  Optional<Map<TopicPartition, Long>> load(
      TableSource source,
      KafkaConsumer<String, byte[]> opened,
      Map<TopicPartition, Long> committed) {
    Uuid events = topic;
    if (file.isEmpty() || events == null || map.size() > 0) {
      return Optional.empty();
    }
    long began = System.nanoTime();
    try (Checkpoint found = file.get().read(map.origin(events, committed.size())).orElse(null)) {
      if (found == null) {
        return Optional.empty();
      }
      Map<TopicPartition, Long> starts = new HashMap<>();
      committed
          .keySet()
          .forEach(partition -> starts.put(partition, found.offsets()[partition.partition()]));
      if (!isOfUse(source, opened, starts, committed)) {
        return Optional.empty();
      }
      found.loadInto(map);
      LOG.infof(
          "job table: %d jobs from the checkpoint in %d ms",
          map.size(), Duration.ofNanos(System.nanoTime() - began).toMillis());
      return Optional.of(starts);
    } catch (IOException | RuntimeException e) { // Any: Kafka has all that is there.
      LOG.warnf("job table: checkpoint not used, all is read from Kafka (%s)", e);
      return Optional.empty();
    }
  }

  private static boolean isOfUse(
      TableSource source,
      KafkaConsumer<String, byte[]> opened,
      Map<TopicPartition, Long> starts,
      Map<TopicPartition, Long> committed) {
    Map<TopicPartition, Long> begins = source.begins(opened, starts.keySet());
    Map<TopicPartition, Long> ends = source.ends(opened, starts.keySet());
    boolean isThere = areInOrder(begins, starts) && areInOrder(starts, ends);
    long whole =
        span(
                source.begins(opened, source.snapshotPartitions()),
                source.ends(opened, source.snapshotPartitions()))
            + span(committed, ends);
    return isThere && span(starts, ends) <= whole;
  }

  private static long span(Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) {
    return from.entrySet().stream()
        .mapToLong(start -> to.getOrDefault(start.getKey(), 0L) - start.getValue())
        .map(records -> Math.max(0, records))
        .sum();
  }

  private static boolean areInOrder(Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) {
    return from.entrySet().stream()
        .allMatch(start -> start.getValue() <= to.getOrDefault(start.getKey(), -1L));
  }

  /** From now on the table is level with Kafka: it is written every interval. Call once. */
  void start() {
    if (file.isPresent()) {
      writer.start();
    }
  }

  private void run() {
    long[] written = new long[0];
    try {
      boolean isLast;
      do {
        isLast = closed.await(interval.toMillis(), TimeUnit.MILLISECONDS);
        written = write(written);
      } while (!isLast);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the offsets of what is on disk. */
  private long[] write(long[] written) {
    long[] offsets = progress.positions();
    Uuid events = topic;
    if (events == null || Arrays.equals(offsets, written)) {
      return written;
    }
    try {
      file.orElseThrow().write(map.origin(events, offsets.length), offsets, map);
      faults
          .succeeded()
          .ifPresent(
              after -> LOG.infof("job table: on disk again after %s", OutageLog.text(after)));
      return offsets;
    } catch (IOException | RuntimeException e) { // Any: the thread is there for the next time too.
      if (faults.failed()) {
        LOG.warnf("job table: no checkpoint written, the next start takes longer (%s)", e);
      }
      return written;
    }
  }

  /** Writes the last one, after the table has stopped to change. Waits at most {@code limit}. */
  void close(Duration limit) {
    closed.countDown();
    try {
      if (writer.isAlive() && !writer.join(limit)) {
        LOG.warnf("job table: last checkpoint not written within %s", limit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
