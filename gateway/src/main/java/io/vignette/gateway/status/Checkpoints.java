package io.vignette.gateway.status;

import io.vignette.gateway.status.CheckpointFile.Checkpoint;
import io.vignette.kafka.OutageLog;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
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
 * <p>Life: made → loaded from, by the table's feed → started → closed. Thread-safe.
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

  /** From now on the progress is that of the table, in this topic of events. */
  void of(@Nullable Uuid events) {
    topic = events;
  }

  /** From now on it may not be: nothing is written. */
  void suspend() {
    topic = null;
  }

  /**
   * Where the events go on behind the table as it is, if Kafka still has them all. A snapshot would
   * take it back: the states of a job come one by one.
   *
   * @param events all partitions of them
   */
  Optional<Map<TopicPartition, Long>> inMemory(
      TableSource source, KafkaConsumer<String, byte[]> opened, Set<TopicPartition> events) {
    Map<TopicPartition, Long> starts = starts(events, progress.positions());
    return isThere(source, opened, starts, source.ends(opened, events))
        ? Optional.of(starts)
        : Optional.empty();
  }

  /**
   * Fills an empty map where a checkpoint is of use: Kafka still has all events behind it, and they
   * are fewer than the records of a whole load.
   *
   * @param committed by partition of the events, up to where the snapshot on Kafka reflects them
   * @return by partition of the events, where those begin that the checkpoint does not reflect
   */
  Optional<Map<TopicPartition, Long>> load(
      Uuid events,
      TableSource source,
      KafkaConsumer<String, byte[]> opened,
      Map<TopicPartition, Long> committed) {
    if (file.isEmpty() || !isClaimed() || map.size() > 0) {
      return Optional.empty();
    }
    long began = System.nanoTime();
    try (Checkpoint found = file.get().read(map.origin(events, committed.size())).orElse(null)) {
      if (found == null) {
        return Optional.empty();
      }
      Map<TopicPartition, Long> starts = starts(committed.keySet(), found.offsets());
      Map<TopicPartition, Long> ends = source.ends(opened, starts.keySet());
      if (!isThere(source, opened, starts, ends)
          || !isShorter(source, opened, starts, committed, ends)) {
        return Optional.empty();
      }
      found.loadInto(map);
      LOG.infof(
          "job table: %d jobs from the checkpoint in %d ms",
          map.size(), Duration.ofNanos(System.nanoTime() - began).toMillis());
      return Optional.of(starts);
    } catch (KafkaException e) {
      throw e; // Kafka's absence is the feed's to tell.
    } catch (IOException | RuntimeException e) { // Any: Kafka has all that is there.
      LOG.warnf("job table: %s not used, all is read from Kafka (%s)", file.get(), textOf(e));
      return Optional.empty();
    }
  }

  /** Whether the folder is this process's; said once a minute where it is not. */
  private boolean isClaimed() {
    try {
      file.orElseThrow().claim();
      return true;
    } catch (IOException e) {
      if (faults.failed()) {
        LOG.warnf("job table: %s not used (%s)", file.get(), textOf(e));
      }
      return false;
    }
  }

  /** What Java says of files is often a path alone: what is wrong with it is in the type's name. */
  private static String textOf(Exception e) {
    return e instanceof FileSystemException || !(e instanceof IOException)
        ? e.toString()
        : String.valueOf(e.getMessage());
  }

  private static Map<TopicPartition, Long> starts(Set<TopicPartition> events, long[] offsets) {
    Map<TopicPartition, Long> starts = new HashMap<>();
    events.forEach(partition -> starts.put(partition, offsets[partition.partition()]));
    return starts;
  }

  private static boolean isThere(
      TableSource source,
      KafkaConsumer<String, byte[]> opened,
      Map<TopicPartition, Long> starts,
      Map<TopicPartition, Long> ends) {
    return areInOrder(source.begins(opened, starts.keySet()), starts) && areInOrder(starts, ends);
  }

  /** Than the snapshot and the events behind it. */
  private static boolean isShorter(
      TableSource source,
      KafkaConsumer<String, byte[]> opened,
      Map<TopicPartition, Long> starts,
      Map<TopicPartition, Long> committed,
      Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> snapshotBegins = source.begins(opened, source.snapshotPartitions());
    Map<TopicPartition, Long> snapshotEnds = source.ends(opened, source.snapshotPartitions());
    return span(starts, ends) <= span(snapshotBegins, snapshotEnds) + span(committed, ends);
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
    Uuid events = topic;
    long[] offsets = progress.positions();
    boolean isSame = events != null && events.equals(topic); // The offsets are of this topic.
    if (file.isEmpty()
        || events == null
        || !isSame
        || Arrays.equals(offsets, written)
        || !isClaimed()) {
      return written;
    }
    try {
      file.get().write(map.origin(events, offsets.length), offsets, map);
      faults
          .succeeded()
          .ifPresent(
              after -> LOG.infof("job table: on disk again after %s", OutageLog.text(after)));
      return offsets;
    } catch (IOException | RuntimeException e) { // Any: the thread is there for the next time too.
      if (faults.failed()) {
        LOG.warnf(
            "job table: %s not written, the next start takes longer (%s)", file.get(), textOf(e));
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
      if (file.isPresent()) {
        file.get().release();
      }
    } catch (IOException e) {
      LOG.debugf("job table: folder not released (%s)", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
