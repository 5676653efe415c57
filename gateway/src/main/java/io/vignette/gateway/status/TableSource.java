package io.vignette.gateway.status;

import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Where the table's content is on Kafka.
 *
 * <p>Reads with plain clients: SmallRye's channels cannot be sought to offsets that were looked up,
 * nor tell their position. Thread-safe, but for the consumers it opens.
 */
final class TableSource implements AutoCloseable {
  private static final int RECORDS_A_POLL = 2000;

  /** More at once, because of a job's states in one poll only the last is read. */
  private static final int RECORDS_A_POLL_OF_LOAD = 10_000;

  private static final int ANSWER_LIMIT_MILLIS = 5000;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final KafkaConnection kafka;
  private final Topics topics;
  private final int partitions;
  private final String ledgerGroup;
  private final Admin admin;

  /**
   * @param partitions of the events, and of the snapshot
   */
  TableSource(KafkaConnection kafka, Topics topics, int partitions, String ledgerGroup) {
    this.kafka = kafka;
    this.topics = topics;
    this.partitions = partitions;
    this.ledgerGroup = ledgerGroup;
    this.admin = Admin.create(kafka.properties());
  }

  /**
   * For events, which are written without transactions: so a transaction that a stranger leaves
   * open on their topic holds nobody up.
   */
  KafkaConsumer<String, byte[]> open() {
    return open(RECORDS_A_POLL, "read_uncommitted");
  }

  /** For the snapshot, of which only what was committed counts, and the events beside it. */
  KafkaConsumer<String, byte[]> openForLoad() {
    return open(RECORDS_A_POLL_OF_LOAD, "read_committed");
  }

  private KafkaConsumer<String, byte[]> open(int recordsAPoll, String isolation) {
    Map<String, Object> config = new HashMap<>(kafka.properties());
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, recordsAPoll);
    return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
  }

  /** Whether no event was ever written: then there is no snapshot either, nor a ledger to ask. */
  boolean isFresh(KafkaConsumer<String, byte[]> opened) {
    return ends(opened, eventPartitions()).values().stream().allMatch(end -> end == 0);
  }

  /** Where the records of these partitions end now. Assigns them to the consumer. */
  Map<TopicPartition, Long> ends(
      KafkaConsumer<String, byte[]> opened, Collection<TopicPartition> asked) {
    // Asking about partitions that are not assigned makes the client log a warning each.
    opened.assign(asked);
    return opened.endOffsets(asked);
  }

  /** Where the records of these partitions begin that Kafka still has. Assigns them as well. */
  Map<TopicPartition, Long> begins(
      KafkaConsumer<String, byte[]> opened, Collection<TopicPartition> asked) {
    opened.assign(asked);
    return opened.beginningOffsets(asked);
  }

  /** The id of the events' topic: one that is made anew under the same name has another. */
  Uuid eventsTopic() throws ExecutionException, InterruptedException {
    return admin
        .describeTopics(List.of(topics.jobEvents()))
        .allTopicNames()
        .thenApply(described -> described.values().iterator().next().topicId())
        .get();
  }

  /** The beginning of every partition of events. */
  Map<TopicPartition, Long> zero() {
    Map<TopicPartition, Long> starts = new HashMap<>();
    eventPartitions().forEach(partition -> starts.put(partition, 0L));
    return starts;
  }

  /** Up to where the ledger has committed each partition of events; 0 where it has not. */
  Map<TopicPartition, Long> reflectedInSnapshot() throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> starts = zero();
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(ledgerGroup).partitionsToOffsetAndMetadata().get();
    starts.replaceAll(
        (partition, zero) -> {
          OffsetAndMetadata offset = committed.get(partition);
          return offset == null ? zero : offset.offset();
        });
    return starts;
  }

  List<TopicPartition> snapshotPartitions() {
    return partitions(topics.status());
  }

  /**
   * The end of a partition of events, now. Fails after a few seconds without an answer, though
   * nobody may wait so long: what waits for a Kafka that is away must not pile up.
   */
  CompletionStage<Long> eventsEnd(int partition) {
    TopicPartition events = new TopicPartition(topics.jobEvents(), partition);
    return admin
        .listOffsets(
            Map.of(events, OffsetSpec.latest()),
            new ListOffsetsOptions().timeoutMs(ANSWER_LIMIT_MILLIS))
        .partitionResult(events)
        .toCompletionStage()
        .thenApply(ListOffsetsResultInfo::offset);
  }

  /** Where all partitions of events end now, by number. Blocks. */
  Map<Integer, Long> eventsEnds() throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    eventPartitions().forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    Map<Integer, Long> ends = new HashMap<>();
    admin
        .listOffsets(latest, new ListOffsetsOptions().timeoutMs(ANSWER_LIMIT_MILLIS))
        .all()
        .get()
        .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
    return ends;
  }

  @Override
  public void close() {
    admin.close(CLOSE_LIMIT);
  }

  private List<TopicPartition> eventPartitions() {
    return partitions(topics.jobEvents());
  }

  private List<TopicPartition> partitions(String topic) {
    return IntStream.range(0, partitions)
        .mapToObj(partition -> new TopicPartition(topic, partition))
        .toList();
  }
}
