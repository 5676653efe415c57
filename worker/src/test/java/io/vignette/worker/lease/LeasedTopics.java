package io.vignette.worker.lease;

import io.vignette.proto.v1.CaptionJob;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.JobId;
import io.vignette.wire.Topics;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Jobs topics of one test: writes jobs, and says what the share groups still owe. */
final class LeasedTopics implements AutoCloseable {
  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.freshTopics();
  private final Admin admin = broker.admin();
  private final KafkaProducer<String, byte[]> producer =
      new KafkaProducer<>(client(), new StringSerializer(), new ByteArraySerializer());

  Topics names() {
    return topics;
  }

  /**
   * Creates the topics and waits until their leaders serve: an idempotent producer that begins
   * before may have its second batch taken first, and then waits in vain for its first.
   */
  LeasedTopics create() {
    broker.createTopics(topics);
    for (LaneKind kind : LaneKind.values()) {
      ends(kind);
    }
    return this;
  }

  Map<String, Object> client() {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  ShareGroupJobSource source(LeaseSettings settings, LeaseListener listener) {
    return new ShareGroupJobSource(client(), topics, settings, listener, Clock.systemUTC());
  }

  /** Writes jobs and returns their ids. */
  List<String> send(LaneKind kind, int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = JobId.fresh(Clock.systemUTC()).toString();
      write(kind, id, CaptionJob.newBuilder().setJobId(id).build().toByteArray());
      ids.add(id);
    }
    producer.flush();
    return ids;
  }

  void write(LaneKind kind, String key, byte[] value) {
    producer.send(new ProducerRecord<>(kind.topic(topics), key, value));
  }

  /**
   * Records whose delivery has not ended. Told by the group's lag: its start offset is stored one
   * write late, and never reaches the end of a quiet partition.
   */
  long unacknowledged(LaneKind kind) {
    Map<TopicPartition, Long> open = ends(kind);
    offsets(kind)
        .forEach(
            (partition, offsets) -> {
              if (offsets != null) {
                offsets.lag().filter(lag -> lag >= 0).ifPresent(lag -> open.put(partition, lag));
              }
            });
    return open.values().stream().mapToLong(Long::longValue).sum();
  }

  private Map<TopicPartition, Long> ends(LaneKind kind) {
    Map<TopicPartition, OffsetSpec> latest =
        partitions(kind).stream()
            .collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    result(admin.listOffsets(latest).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  private Map<TopicPartition, SharePartitionOffsetInfo> offsets(LaneKind kind) {
    String group = kind.group(topics);
    ListShareGroupOffsetsSpec all =
        new ListShareGroupOffsetsSpec().topicPartitions(partitions(kind));
    return result(admin.listShareGroupOffsets(Map.of(group, all)).partitionsToOffsetInfo(group));
  }

  private List<TopicPartition> partitions(LaneKind kind) {
    return IntStream.range(0, Topics.JOB_PARTITIONS)
        .mapToObj(partition -> new TopicPartition(kind.topic(topics), partition))
        .toList();
  }

  private static <T> T result(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
  }
}
