package io.vignette.benchmarks;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.ImageReference;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.State;
import io.vignette.proto.v1.Submitted;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.JobId;
import io.vignette.wire.ShareGroups;
import io.vignette.wire.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * One run's jobs and results: topics of its own, one partition each, but for jobs where more are
 * wanted.
 *
 * <p>Results carry the broker's time, so that nobody needs to look on while they come.
 */
final class JobsInKafka {

  private static final Map<String, String> BROKERS_TIME =
      Map.of("message.timestamp.type", "LogAppendTime");
  private static final Map<String, String> COMPACT = Map.of("cleanup.policy", "compact");
  private static final Duration POLL = Duration.ofMillis(100);

  private final String bootstrapServers;
  private final Topics topics;
  private final int jobPartitions;

  /** A caption as it was answered. */
  record Answered(long appendedMillis, String text) {}

  JobsInKafka(String bootstrapServers, Topics topics) {
    this(bootstrapServers, topics, 1);
  }

  JobsInKafka(String bootstrapServers, Topics topics, int jobPartitions) {
    this.bootstrapServers = bootstrapServers;
    this.topics = topics;
    this.jobPartitions = jobPartitions;
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  Topics topics() {
    return topics;
  }

  void createTopics() throws ExecutionException, InterruptedException, TimeoutException {
    Stream<NewTopic> jobs =
        topics.leased().stream().map(name -> new NewTopic(name, jobPartitions, (short) 1));
    Stream<NewTopic> delays =
        Stream.of(Topics.Delay.values()).map(delay -> topic(topics.delay(delay), Map.of()));
    Stream<NewTopic> others =
        Stream.of(
            topic(topics.jobEvents(), BROKERS_TIME),
            topic(topics.status(), COMPACT),
            topic(topics.results(), BROKERS_TIME),
            topic(topics.dead(), Map.of()),
            topic(topics.cancellations(), COMPACT));
    try (Admin admin = admin()) {
      TestBroker.create(admin, Stream.of(jobs, delays, others).flatMap(each -> each).toList());
      admin.incrementalAlterConfigs(shareGroups()).all().get();
    }
  }

  private static NewTopic topic(String name, Map<String, String> configs) {
    return new NewTopic(name, 1, (short) 1).configs(configs);
  }

  private Map<ConfigResource, Collection<AlterConfigOp>> shareGroups() {
    Collection<AlterConfigOp> fromTheBeginning =
        List.of(
            new AlterConfigOp(
                new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET));
    Map<ConfigResource, Collection<AlterConfigOp>> configs = new HashMap<>();
    for (String group :
        List.of(
            ShareGroups.interactive(topics), ShareGroups.bulk(topics), ShareGroups.solo(topics))) {
      configs.put(new ConfigResource(ConfigResource.Type.GROUP, group), fromTheBeginning);
    }
    return configs;
  }

  void deleteTopics() throws ExecutionException, InterruptedException {
    try (Admin admin = admin()) {
      List<String> names =
          admin.listTopics().names().get().stream()
              .filter(
                  name -> name.startsWith(topics.prefix() + ".") || name.equals(topics.status()))
              .toList();
      admin.deleteTopics(names).all().get();
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  /** Writes a job for each of {@code count} pictures, and its event; files are taken in turn. */
  void fill(List<Path> files, String model, int count)
      throws ExecutionException, InterruptedException {
    try (Writer writer = new Writer(model)) {
      List<Future<RecordMetadata>> written = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        written.addAll(writer.write(files.get(i % files.size()), i));
      }
      for (Future<RecordMetadata> each : written) {
        each.get(); // A job that is missing would be waited for without end.
      }
    }
  }

  /** Writes jobs, each with its event. Thread-safe. */
  final class Writer implements AutoCloseable {

    private final String model;
    private final KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 5),
            new StringSerializer(),
            new ByteArraySerializer());

    Writer(String model) {
      this.model = model;
    }

    /**
     * Writes the job for a picture.
     *
     * @param index the job's client reference
     * @return what ends when both records are confirmed
     */
    List<Future<RecordMetadata>> write(Path file, int index) {
      CaptionJob job = job(file, model, index);
      return List.of(
          producer.send(new ProducerRecord<>(topics.jobsBulk(), job.getJobId(), job.toByteArray())),
          producer.send(
              new ProducerRecord<>(
                  topics.jobEvents(), job.getJobId(), submitted(job).toByteArray())));
    }

    @Override
    public void close() {
      producer.close();
    }
  }

  private static CaptionJob job(Path file, String model, int index) {
    try {
      return CaptionJob.newBuilder()
          .setJobId(JobId.fresh(Clock.systemUTC()).toString())
          .setTenant("local")
          .setClientReference(Integer.toString(index))
          .setModel(model)
          .setPriority(Priority.BULK)
          .setSubmittedAt(Timestamps.now())
          .setImage(
              ImageReference.newBuilder()
                  .setInline(ByteString.copyFrom(Files.readAllBytes(file)))
                  .setMediaType("image/jpeg"))
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": can't be read", e);
    }
  }

  private JobEvent submitted(CaptionJob job) {
    return JobEvent.newBuilder()
        .setJobId(job.getJobId())
        .setAt(job.getSubmittedAt())
        .setSource("benchmark")
        .setIdentity(
            JobIdentity.newBuilder()
                .setTenant(job.getTenant())
                .setClientReference(job.getClientReference())
                .setModel(job.getModel())
                .setPriority(job.getPriority())
                .setSubmittedAt(job.getSubmittedAt()))
        .setSubmitted(Submitted.newBuilder().setTopic(topics.jobsBulk()))
        .build();
  }

  /** Records on a topic by now, markers of transactions among them. */
  long endOf(String topic) {
    try (KafkaConsumer<String, byte[]> consumer = reader()) {
      return consumer.endOffsets(List.of(new TopicPartition(topic, 0))).values().stream()
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  /** The captions on the results topic, committed, by the job's client reference. */
  Map<String, Answered> results() {
    return read(topics.results(), JobsInKafka::ofResult);
  }

  /** The captions that the worker has stated, by the job's client reference. */
  Map<String, Answered> stated() {
    return read(topics.jobEvents(), JobsInKafka::ofEvent);
  }

  private interface Reading {
    Optional<Map.Entry<String, String>> of(byte[] value) throws InvalidProtocolBufferException;
  }

  private Map<String, Answered> read(String topic, Reading reading) {
    Map<String, Answered> answers = new HashMap<>();
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<String, byte[]> consumer = reader()) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          reading
              .of(record.value())
              .ifPresent(
                  answer ->
                      answers.putIfAbsent(
                          answer.getKey(), new Answered(record.timestamp(), answer.getValue())));
        }
      }
      return answers;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(topic + ": a record can't be read", e);
    }
  }

  private KafkaConsumer<String, byte[]> reader() {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }

  private static Optional<Map.Entry<String, String>> ofResult(byte[] value)
      throws InvalidProtocolBufferException {
    CaptionResult result = CaptionResult.parseFrom(value);
    return result.getState() == State.SUCCEEDED
        ? Optional.of(Map.entry(result.getClientReference(), result.getAnswers(0).getText()))
        : Optional.empty();
  }

  private static Optional<Map.Entry<String, String>> ofEvent(byte[] value)
      throws InvalidProtocolBufferException {
    JobEvent event = JobEvent.parseFrom(value);
    return event.hasSucceeded()
        ? Optional.of(
            Map.entry(
                event.getIdentity().getClientReference(),
                event.getSucceeded().getAnswers(0).getText()))
        : Optional.empty();
  }
}
