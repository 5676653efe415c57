package io.vignette.worker.lease.group;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.jspecify.annotations.Nullable;

/**
 * The partitions of one consumer, each with its book, and their commits. On the consumer's thread
 * only, like the consumer.
 */
final class Assignment implements ConsumerRebalanceListener {
  /** What has ended since the last commit is repeated after a crash: so much work at most. */
  private static final long COMMIT_NANOS = Duration.ofMillis(500).toNanos();

  private final Consumer<String, byte[]> consumer;
  private final BiConsumer<Collection<TopicPartition>, Collection<OffsetBook>> leaving;
  private final Map<TopicPartition, Long> starts;
  private final Runnable joined;
  private final Map<TopicPartition, OffsetBook> books = new HashMap<>();
  private long committedNanos = System.nanoTime();

  /**
   * @param starts where workers that use share groups have left off, of partitions they had
   * @param joined told when partitions have come
   * @param leaving waits for the work on partitions that go to another worker
   */
  Assignment(
      Consumer<String, byte[]> consumer,
      Map<TopicPartition, Long> starts,
      Runnable joined,
      BiConsumer<Collection<TopicPartition>, Collection<OffsetBook>> leaving) {
    this.consumer = consumer;
    this.starts = starts;
    this.joined = joined;
    this.leaving = leaving;
  }

  /** Takes all partitions of the topic, without a group that shares them out. */
  void takeAll(String topic) {
    List<TopicPartition> all =
        consumer.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(all);
    onPartitionsAssigned(all);
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(partitions));
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      partitions.forEach(
          partition ->
              books.put(
                  partition,
                  book(partition, committed.get(partition), ends.getOrDefault(partition, 0L))));
      joined.run();
    }
  }

  /**
   * Whoever came farther is right, this group or the share group. A note that knows of more than
   * the log has is of another log: nothing of it holds.
   */
  private OffsetBook book(
      TopicPartition partition, @Nullable OffsetAndMetadata committed, long end) {
    long start = starts.getOrDefault(partition, 0L);
    if (start > (committed == null ? 0 : committed.offset()) && start <= end) {
      consumer.seek(partition, start);
      OffsetBook book = new OffsetBook(start, OffsetNote.none(start));
      // Written down at once, for whoever asks how far the workers are.
      book.notCommitted();
      return book;
    }
    if (committed == null) {
      return new OffsetBook(0, OffsetNote.none(0));
    }
    OffsetNote note = OffsetNote.parse(committed.metadata(), committed.offset());
    return new OffsetBook(
        committed.offset(), note.delivered() > end ? OffsetNote.none(committed.offset()) : note);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    List<OffsetBook> left = partitions.stream().filter(books::containsKey).map(books::get).toList();
    leaving.accept(partitions, left);
    commitInOrder(partitions);
    books.keySet().removeAll(partitions);
  }

  /** They are another worker's already: whatever is said about them now is not heard. */
  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    List<OffsetBook> none = List.of();
    leaving.accept(partitions, none);
    books.keySet().removeAll(partitions);
  }

  /** Whether the record's partition is assigned. */
  boolean hasPartitionOf(ConsumerRecord<String, byte[]> record) {
    return books.containsKey(new TopicPartition(record.topic(), record.partition()));
  }

  /** The book of the record's partition, which is assigned. */
  OffsetBook bookOf(ConsumerRecord<String, byte[]> record) {
    return bookOf(new TopicPartition(record.topic(), record.partition()));
  }

  private OffsetBook bookOf(TopicPartition partition) {
    OffsetBook book = books.get(partition);
    if (book == null) {
      throw new IllegalStateException(
          "partition: %s (expected: an assigned one)".formatted(partition));
    }
    return book;
  }

  /** Not what the consumer calls assigned: its own thread may let go of that at any time. */
  void pause() {
    consumer.pause(books.keySet());
  }

  void resume() {
    consumer.resume(books.keySet());
  }

  /** Commits what has changed if the last commit is long enough ago; does not wait. */
  void commitIfDue() {
    if (System.nanoTime() - committedNanos >= COMMIT_NANOS) {
      commitNow();
    }
  }

  /** Commits what has changed; does not wait. */
  void commitNow() {
    Map<TopicPartition, OffsetAndMetadata> changed = changed();
    if (changed.isEmpty()) {
      return;
    }
    committedNanos = System.nanoTime();
    consumer.commitAsync(
        changed,
        // With the newer protocol a failure comes without its offsets.
        (offsets, failure) -> {
          if (failure != null) {
            changed.keySet().forEach(this::notCommitted);
          }
        });
  }

  /**
   * Writes down that these records are about to be handed out, and waits for that.
   *
   * @return false if the group is being shared out anew: then not before the next poll
   */
  boolean commitAhead(Collection<ConsumerRecord<String, byte[]>> records) {
    Map<TopicPartition, List<Long>> ahead =
        records.stream()
            .collect(
                Collectors.groupingBy(
                    record -> new TopicPartition(record.topic(), record.partition()),
                    Collectors.mapping(ConsumerRecord::offset, Collectors.toList())));
    Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
    ahead.forEach(
        (partition, offsets) -> {
          commits.put(partition, commit(bookOf(partition), false, offsets));
        });
    try {
      consumer.commitSync(commits);
      return true;
    } catch (RebalanceInProgressException e) {
      return false;
    }
  }

  /**
   * Says for the last time how far the work has come.
   *
   * @return false if the group is being shared out anew: then not before the next poll
   */
  boolean commitInOrder() {
    return commitInOrder(books.keySet());
  }

  private boolean commitInOrder(Collection<TopicPartition> partitions) {
    try {
      consumer.commitSync(commits(partitions, true));
    } catch (KafkaException e) {
      // What was committed before stands: some work is done once more.
      partitions.forEach(this::notCommitted);
      return !(e instanceof RebalanceInProgressException);
    }
    return true;
  }

  private void notCommitted(TopicPartition partition) {
    OffsetBook book = books.get(partition);
    if (book != null) {
      book.notCommitted();
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> changed() {
    List<TopicPartition> changed =
        books.entrySet().stream()
            .filter(entry -> entry.getValue().isChanged())
            .map(Map.Entry::getKey)
            .toList();
    return commits(changed, false);
  }

  private Map<TopicPartition, OffsetAndMetadata> commits(
      Collection<TopicPartition> partitions, boolean inOrder) {
    Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
    for (TopicPartition partition : partitions) {
      OffsetBook book = books.get(partition);
      if (book != null) {
        book.committing();
        commits.put(partition, commit(book, inOrder, List.of()));
      }
    }
    return commits;
  }

  private static OffsetAndMetadata commit(
      OffsetBook book, boolean inOrder, Collection<Long> ahead) {
    long offset = book.committable(ahead);
    return new OffsetAndMetadata(offset, book.note(inOrder, ahead).text(offset));
  }
}
