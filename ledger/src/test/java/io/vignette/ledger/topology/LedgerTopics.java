package io.vignette.ledger.topology;

import com.google.protobuf.Parser;
import io.vignette.ledger.state.JobFold;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.DeadJob;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobStatus;
import io.vignette.records.JobEventReader;
import io.vignette.records.UnreadableRecordException;
import io.vignette.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The outside of a ledger: events go in, what is committed comes out. */
final class LedgerTopics implements AutoCloseable {
  private static final int TRANSACTION_MILLIS = 60_000;

  private final String bootstrapServers;
  private final Topics topics;
  private final KafkaProducer<String, byte[]> producer;

  LedgerTopics(String bootstrapServers, Topics topics) {
    this.bootstrapServers = bootstrapServers;
    this.topics = topics;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", 0),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** Creates the topic of JSON results. */
  void createJsonResults() throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.createTopics(List.of(new NewTopic(topics.resultsJson(), 1, (short) 1))).all().get();
    }
  }

  /** A transaction with one record in each partition of the events' topic, not ended. */
  OpenTransaction openTransaction() throws ExecutionException, InterruptedException {
    KafkaProducer<String, byte[]> stranger =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "transactional.id", topics.prefix() + "-stranger",
                "transaction.timeout.ms", TRANSACTION_MILLIS),
            new StringSerializer(),
            new ByteArraySerializer());
    stranger.initTransactions();
    stranger.beginTransaction();
    int partitions = stranger.partitionsFor(topics.jobEvents()).size();
    for (int partition = 0; partition < partitions; partition++) {
      stranger
          .send(new ProducerRecord<>(topics.jobEvents(), partition, "garbage", new byte[] {1}))
          .get();
    }
    return new OpenTransaction(stranger, System.nanoTime());
  }

  /** Closing it aborts it. */
  record OpenTransaction(KafkaProducer<String, byte[]> producer, long begunNanos)
      implements AutoCloseable {

    /** By the broker's rule: it aborts what is older than the transaction's time. */
    boolean isOpen() {
      return System.nanoTime() - begunNanos < TRANSACTION_MILLIS * 1_000_000L;
    }

    @Override
    public void close() {
      producer.abortTransaction();
      producer.close();
    }
  }

  /** Sends in order; waits for none. */
  void send(List<JobEvent> events) {
    for (JobEvent event : events) {
      producer.send(
          new ProducerRecord<>(topics.jobEvents(), event.getJobId(), event.toByteArray()));
    }
  }

  void sendGarbage() {
    producer.send(new ProducerRecord<>(topics.jobEvents(), "garbage", new byte[] {1, 2, 3}));
  }

  /** Waits until Kafka has confirmed all that was sent. */
  void flush() {
    producer.flush();
  }

  List<CaptionResult> results() {
    return values(topics.results(), CaptionResult.parser());
  }

  List<CaptionResult> jsonResults() {
    return values(topics.resultsJson(), new JsonDeserializer());
  }

  List<DeadJob> dead() {
    return values(topics.dead(), DeadJob.parser());
  }

  /** The last status of every job, as a compacted topic would keep it. */
  Map<String, JobStatus> statuses() {
    Map<String, JobStatus> last = new HashMap<>();
    values(topics.status(), JobStatus.parser()).forEach(s -> last.put(s.getJobId(), s));
    return last;
  }

  /** What a reader of the events, without any ledger, comes to. */
  Map<String, JobStatus> straightFold() {
    Map<String, JobStatus> folded = new HashMap<>();
    for (ConsumerRecord<String, byte[]> record : records(topics.jobEvents())) {
      if (!record.key().equals("garbage")) {
        JobEvent event = read(record);
        folded.put(
            record.key(), JobFold.apply(folded.get(record.key()), event, record.offset()).status());
      }
    }
    return folded;
  }

  /** As every reader: these events are of a time to come, so theirs is the record's. */
  private static JobEvent read(ConsumerRecord<String, byte[]> record) {
    try {
      return JobEventReader.read(record.key(), record.value(), record.timestamp()).event();
    } catch (UnreadableRecordException e) {
      throw new AssertionError("event at " + record.offset(), e);
    }
  }

  private <T> List<T> values(String topic, Parser<T> parser) {
    return values(topic, new ProtobufDeserializer<>(parser));
  }

  private <T> List<T> values(String topic, Deserializer<T> deserializer) {
    return records(topic).stream()
        .map(record -> deserializer.deserialize(topic, record.value()))
        .toList();
  }

  /** Every committed record from the first to the present end, in partition order. */
  private List<ConsumerRecord<String, byte[]>> records(String topic) {
    try (KafkaConsumer<String, byte[]> consumer = committedConsumer(bootstrapServers)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  static KafkaConsumer<String, byte[]> committedConsumer(String bootstrapServers) {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }

  @Override
  public void close() {
    producer.close();
  }
}
