package io.vignette.worker.lease;

import io.vignette.proto.v1.CaptionJob;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.JobId;
import io.vignette.wire.Topics;
import io.vignette.worker.lease.LeaseConfig.Source;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Jobs on a real broker, and a handler that notes what it was given. */
public final class SharedJobs {
  public final Topics topics;
  public final Map<String, Object> kafka;

  public SharedJobs() {
    this(TestBroker.shared());
  }

  public SharedJobs(TestBroker broker) {
    topics = broker.createTopics(broker.freshTopics());
    kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  /** Writes jobs and waits for Kafka; returns their ids. */
  public List<String> submit(String topic, int count) {
    List<String> ids = new ArrayList<>();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        String id = JobId.fresh(Clock.systemUTC()).toString();
        CaptionJob job = CaptionJob.newBuilder().setJobId(id).build();
        producer.send(new ProducerRecord<>(topic, id, job.toByteArray()));
        ids.add(id);
      }
      producer.flush();
    }
    return ids;
  }

  /** Writes a record that is no job. */
  public void submitGarbage(String topic, String key) {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, key, new byte[] {(byte) 0xFF, 1, 2}));
      producer.flush();
    }
  }

  /** Lanes on share groups. */
  public ShareGroupJobSource source(int bulkLanes, int recordsPerFetch, LeaseListener listener) {
    LeaseSettings settings =
        new LeaseSettings(
            Source.SHARE_GROUP,
            bulkLanes,
            recordsPerFetch,
            (bulkLanes + 1) * recordsPerFetch + 1,
            recordsPerFetch,
            Duration.ofMillis(250),
            Duration.ofMillis(200));
    return new ShareGroupJobSource(kafka, topics, settings, listener, Clock.systemUTC());
  }

  /** Notes every job and answers as told. */
  public static final class NotingHandler implements JobHandler {
    public final List<LeasedJob> jobs = new CopyOnWriteArrayList<>();
    public final List<UnreadableJob> unreadable = new CopyOnWriteArrayList<>();
    private final Function<LeasedJob, CompletionStage<Void>> answer;

    public NotingHandler(Function<LeasedJob, CompletionStage<Void>> answer) {
      this.answer = answer;
    }

    public static NotingHandler done() {
      return new NotingHandler(job -> CompletableFuture.completedFuture(null));
    }

    @Override
    public CompletionStage<Void> handle(LeasedJob job) {
      jobs.add(job);
      return answer.apply(job);
    }

    @Override
    public CompletionStage<Void> handleUnreadable(UnreadableJob job) {
      unreadable.add(job);
      return CompletableFuture.completedFuture(null);
    }

    public List<String> ids() {
      return jobs.stream().map(LeasedJob::id).toList();
    }
  }
}
