package io.vignette.gateway.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.vignette.gateway.GatewayLifecycle;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.Started;
import io.vignette.proto.v1.Succeeded;
import io.vignette.proto.v1.Timings;
import io.vignette.wire.Topics;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Reads interactive jobs and states events about those whose client reference is {@link #ANSWER}.
 *
 * <p>A bean of the tests' application: made and started for the first test that asks for it.
 */
@Singleton
class FakeWorker {
  static final String ANSWER = "answer me";
  static final String CAPTION = "a red circle";

  private final GatewayLifecycle gateway;
  private final Topics topics;
  private final KafkaConsumer<String, byte[]> jobs;
  private final KafkaProducer<String, byte[]> events;
  private final Queue<CaptionJob> seen = new ConcurrentLinkedQueue<>();
  private final Map<String, Map<String, String>> headers = new ConcurrentHashMap<>();
  private final Thread thread = Thread.ofPlatform().name("fake-worker").unstarted(this::run);

  @Inject
  FakeWorker(
      GatewayLifecycle gateway,
      Topics topics,
      @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
    this.gateway = gateway;
    this.topics = topics;
    Map<String, Object> connection = Map.of("bootstrap.servers", bootstrapServers);
    this.jobs =
        new KafkaConsumer<>(connection, new StringDeserializer(), new ByteArrayDeserializer());
    this.events =
        new KafkaProducer<>(connection, new StringSerializer(), new ByteArraySerializer());
  }

  @PostConstruct
  void start() {
    gateway.ready().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    List<TopicPartition> partitions =
        IntStream.range(0, Topics.JOB_PARTITIONS)
            .mapToObj(partition -> new TopicPartition(topics.jobsInteractive(), partition))
            .toList();
    jobs.assign(partitions);
    jobs.seekToBeginning(partitions);
    thread.start();
  }

  /** All jobs read so far. */
  List<CaptionJob> seen() {
    return List.copyOf(seen);
  }

  /** The job of this id, once it has been read. */
  CaptionJob awaitJob(String id) {
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> seen.stream().filter(job -> job.getJobId().equals(id)).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** The headers of a job that has been read. */
  Map<String, String> headersOf(String id) {
    return headers.getOrDefault(id, Map.of());
  }

  private static Map<String, String> textsOf(Iterable<Header> headers) {
    Map<String, String> texts = new HashMap<>();
    headers.forEach(header -> texts.put(header.key(), new String(header.value(), UTF_8)));
    return texts;
  }

  private void run() {
    try {
      while (true) {
        for (ConsumerRecord<String, byte[]> record : jobs.poll(Duration.ofSeconds(1))) {
          headers.put(record.key(), textsOf(record.headers()));
          work(CaptionJob.parseFrom(record.value()));
        }
      }
    } catch (WakeupException e) {
      jobs.close();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a job that is no CaptionJob", e);
    }
  }

  private void work(CaptionJob job) {
    seen.add(job);
    if (job.getClientReference().equals(ANSWER)) {
      send(event(job).setStarted(Started.newBuilder().setWorker("fake")).build());
      send(event(job).setSucceeded(success(job)).build());
    }
  }

  private static Succeeded success(CaptionJob job) {
    Answer.Builder answer =
        Answer.newBuilder().setText(CAPTION).setConfidence(0.9).setOutputTokens(3);
    if (job.getPromptsCount() > 0) {
      answer.setPrompt(job.getPrompts(0));
    }
    return Succeeded.newBuilder()
        .addAnswers(answer)
        .setTimings(Timings.newBuilder().setInferUs(5).setTotalUs(9))
        .setModelVersion("1")
        .setWorker("fake")
        .setBatchSize(1)
        .build();
  }

  private static JobEvent.Builder event(CaptionJob job) {
    return JobEvent.newBuilder()
        .setJobId(job.getJobId())
        .setAt(Timestamp.newBuilder().setSeconds(Instant.now().getEpochSecond()))
        .setAttempt(1)
        .setIdentity(
            JobIdentity.newBuilder()
                .setTenant(job.getTenant())
                .setClientReference(job.getClientReference())
                .setModel(job.getModel())
                .putAllMetadata(job.getMetadataMap())
                .setRequestFingerprint(job.getRequestFingerprint()));
  }

  private void send(JobEvent event) {
    events.send(new ProducerRecord<>(topics.jobEvents(), event.getJobId(), event.toByteArray()));
  }

  @PreDestroy
  void close() throws InterruptedException {
    jobs.wakeup();
    thread.join();
    events.close();
  }
}
