package io.vignette.gateway.status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * One load of the table: several readers, each with a consumer of its own, read the snapshot and
 * then the events behind it.
 *
 * <p>A job's snapshot and its events are in partitions of the same number, and a partition belongs
 * to one reader, so a job is written by one thread. At most {@value #READERS_MAX} readers, and no
 * more than processors: parsing takes most of the time. They end with the load; what follows is
 * read by one consumer, because every consumer costs Kafka a request for each few events.
 */
final class TableLoad {
  private static final int READERS_MAX = 4;
  private static final Duration POLL = Duration.ofMillis(500);

  private final TableSource source;
  private final Fold fold;
  private final Runnable cleaning;
  private final Set<KafkaConsumer<String, byte[]>> consumers = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;
  private volatile @Nullable Throwable fault;

  /**
   * @param cleaning run after every poll, by any reader
   */
  TableLoad(TableSource source, Fold fold, Runnable cleaning) {
    this.source = source;
    this.fold = fold;
    this.cleaning = cleaning;
  }

  /**
   * Reads the snapshot to its end, and the events from {@code starts} to theirs. Blocks. Call once.
   *
   * @param starts by partition of the events, up to where the snapshot reflects them
   * @return by partition, where the events go on that were not read
   * @throws ExecutionException with the cause for which a reader ended; the others end then too
   */
  Map<TopicPartition, Long> run(Map<TopicPartition, Long> starts)
      throws ExecutionException, InterruptedException {
    return run(starts, true);
  }

  /** As {@link #run}, without the snapshot. */
  Map<TopicPartition, Long> runEvents(Map<TopicPartition, Long> starts)
      throws ExecutionException, InterruptedException {
    return run(starts, false);
  }

  private Map<TopicPartition, Long> run(Map<TopicPartition, Long> starts, boolean withSnapshot)
      throws ExecutionException, InterruptedException {
    int readers = readers(starts.size());
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            readers, Thread.ofPlatform().daemon().name("job-table-load-", 0).factory())) {
      List<Future<Map<TopicPartition, Long>>> parts =
          IntStream.range(0, readers)
              .mapToObj(
                  reader -> threads.submit(() -> read(part(starts, reader, readers), withSnapshot)))
              .toList();
      Map<TopicPartition, Long> next = new HashMap<>();
      for (Future<Map<TopicPartition, Long>> part : parts) {
        next.putAll(part.get());
      }
      return next;
    } catch (ExecutionException e) {
      // The other readers were woken then, and may be found to have failed before the first.
      Throwable first = fault;
      throw first == null ? e : new ExecutionException(first);
    }
  }

  /** Ends the load soon, with what it has read. Any thread. */
  void stop() {
    stopped = true;
    consumers.forEach(KafkaConsumer::wakeup);
  }

  private static int readers(int partitions) {
    int processors = Runtime.getRuntime().availableProcessors();
    return Math.clamp(Math.min(partitions, processors), 1, READERS_MAX);
  }

  private static Map<TopicPartition, Long> part(
      Map<TopicPartition, Long> starts, int reader, int readers) {
    Map<TopicPartition, Long> part = new HashMap<>(starts);
    part.keySet().removeIf(partition -> partition.partition() % readers != reader);
    return part;
  }

  private Map<TopicPartition, Long> read(Map<TopicPartition, Long> starts, boolean withSnapshot)
      throws ExecutionException, InterruptedException {
    try (KafkaConsumer<String, byte[]> opened = source.openForLoad()) {
      consumers.add(opened);
      if (stopped) { // Since before this consumer could be woken.
        opened.wakeup();
      }
      if (withSnapshot) {
        readSnapshot(opened, starts.keySet());
      }
      opened.assign(starts.keySet());
      starts.forEach(opened::seek);
      readToEnd(opened, starts.keySet(), records -> records.forEach(fold::event));
      Map<TopicPartition, Long> next = new HashMap<>();
      starts.keySet().forEach(partition -> next.put(partition, opened.position(partition)));
      return next;
    } catch (ExecutionException | InterruptedException | RuntimeException | Error e) {
      // The others need not go on, whatever it was.
      failed(e);
      throw e;
    }
  }

  /** The snapshot of the jobs whose events are in these partitions. */
  private void readSnapshot(KafkaConsumer<String, byte[]> opened, Collection<TopicPartition> events)
      throws ExecutionException, InterruptedException {
    List<TopicPartition> snapshot =
        source.snapshotPartitions().stream()
            .filter(
                partition ->
                    events.stream().anyMatch(each -> each.partition() == partition.partition()))
            .toList();
    opened.assign(snapshot);
    opened.seekToBeginning(snapshot);
    EventsSoFar soFar = new EventsSoFar(source.eventsEnds());
    readToEnd(opened, snapshot, records -> snapshot(records, soFar));
  }

  private synchronized void failed(Throwable cause) {
    if (fault == null) {
      fault = cause;
    }
    stop();
  }

  private void readToEnd(
      KafkaConsumer<String, byte[]> opened,
      Collection<TopicPartition> partitions,
      Consumer<ConsumerRecords<String, byte[]>> apply) {
    Map<TopicPartition, Long> ends = opened.endOffsets(partitions);
    while (!stopped && !isReached(opened, ends)) {
      apply.accept(opened.poll(POLL));
      cleaning.run();
    }
  }

  /**
   * Of each job only its last state that can be read: those before it are superseded, and cost as
   * much to read.
   */
  private void snapshot(ConsumerRecords<String, byte[]> records, EventsSoFar soFar) {
    soFar.polled();
    for (TopicPartition partition : records.partitions()) {
      Set<String> seen = new HashSet<>();
      List<ConsumerRecord<String, byte[]>> latestFirst =
          new ArrayList<>(records.records(partition)).reversed();
      List<ConsumerRecord<String, byte[]>> forgotten = new ArrayList<>();
      for (ConsumerRecord<String, byte[]> record : latestFirst) {
        if (seen.contains(record.key())) {
          continue;
        }
        if (record.value() == null) {
          forgotten.add(record);
        } else if (fold.snapshot(record, soFar)) {
          seen.add(record.key());
        }
      }
      forgotten.forEach(fold::forgotten);
    }
  }

  /**
   * Where the events end, as far as it must be known: asked again for a state that reflects later
   * ones, once a poll. One reader's own.
   */
  private final class EventsSoFar implements Fold.WrittenEvents {
    private Map<Integer, Long> ends;
    private boolean isOfThisPoll;

    private EventsSoFar(Map<Integer, Long> ends) {
      this.ends = ends;
    }

    private void polled() {
      isOfThisPoll = false;
    }

    @Override
    public long atMost(int partition, long offset) {
      if (offset >= end(partition) && !isOfThisPoll) {
        ends = asked();
        isOfThisPoll = true;
      }
      return Math.min(offset, end(partition) - 1);
    }

    private long end(int partition) {
      return ends.getOrDefault(partition, 0L);
    }

    private Map<Integer, Long> asked() {
      try {
        return source.eventsEnds();
      } catch (ExecutionException e) {
        throw new KafkaException(e.getCause());
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }

  /** Whether everything before the ends is read. An end of 0 is that of an empty partition. */
  static boolean isReached(KafkaConsumer<String, byte[]> opened, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> end.getValue() == 0 || opened.position(end.getKey()) >= end.getValue());
  }
}
