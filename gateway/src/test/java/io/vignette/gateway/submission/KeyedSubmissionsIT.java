package io.vignette.gateway.submission;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.gateway.queue.FixedQueue;
import io.vignette.gateway.queue.QueueBounds;
import io.vignette.gateway.queue.QueueWatch;
import io.vignette.gateway.secret.DeploymentSecret;
import io.vignette.gateway.status.FixedStatus;
import io.vignette.gateway.status.JobTable;
import io.vignette.images.ImageLimits;
import io.vignette.images.source.FileBlobStore;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.Priority;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.JobId;
import io.vignette.wire.Reason;
import io.vignette.wire.Topics;
import io.vignette.wire.TraceContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests under idempotency keys, taken by two gateways on one real broker. */
class KeyedSubmissionsIT {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final int ROUNDS = 200;

  @TempDir private Path blobs;
  @TempDir private Path secrets;
  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.createTopics(broker.freshTopics());
  private final ProducerLog log = new ProducerLog();
  private final JobTable oneTable = table();
  private final JobTable otherTable = table();
  private Submissions one;
  private Submissions other;

  /** Writes to the broker, and counts. */
  private final class ProducerLog implements JobLog {
    /** One for each kind: events are sent by the thread that confirms jobs, which must not wait. */
    private final KafkaProducer<String, byte[]> jobProducer = producer();

    private final KafkaProducer<String, byte[]> eventProducer = producer();
    private final AtomicInteger jobs = new AtomicInteger();

    @Override
    public CompletionStage<Position> writeJob(String topic, CaptionJob job, TraceContext trace) {
      jobs.incrementAndGet();
      return send(jobProducer, topic, job.getJobId(), job.toByteArray());
    }

    @Override
    public CompletionStage<Position> writeEvent(JobEvent event, TraceContext trace) {
      return send(eventProducer, topics.jobEvents(), event.getJobId(), event.toByteArray());
    }

    private static CompletionStage<Position> send(
        KafkaProducer<String, byte[]> by, String topic, String key, byte[] value) {
      CompletableFuture<Position> written = new CompletableFuture<>();
      by.send(
          new ProducerRecord<>(topic, key, value),
          (at, failure) -> {
            if (failure == null) {
              written.complete(new Position(at.topic(), at.partition(), at.offset()));
            } else {
              written.completeExceptionally(failure);
            }
          });
      return written;
    }

    private KafkaProducer<String, byte[]> producer() {
      return new KafkaProducer<>(
          Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
          new StringSerializer(),
          new ByteArraySerializer());
    }

    void close() {
      jobProducer.close();
      eventProducer.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    one = submissions(oneTable);
    other = submissions(otherTable);
    for (JobTable table : List.of(oneTable, otherTable)) {
      table.start();
      table.ready().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
  }

  @AfterEach
  void close() {
    log.close();
    oneTable.close();
    otherTable.close();
  }

  @Test
  void twoRequestsUnderOneKeyNeverBothSucceedWhicheverGatewaysTakeThem() throws Exception {
    List<CompletionStage<JobId>> answers = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      answers.add(one.submit(request("key " + i, "a.png"), TraceContext.fresh()));
      answers.add(other.submit(request("key " + i, "b.png"), TraceContext.fresh()));
    }

    for (int i = 0; i < answers.size(); i += 2) {
      List<Optional<Reason>> refusals =
          List.of(refusal(answers.get(i)), refusal(answers.get(i + 1)));
      assertThat(refusals)
          .containsExactlyInAnyOrder(Optional.empty(), Optional.of(Reason.JOB_CONFLICT));
    }
  }

  @Test
  void repetitionIsTheSameJobAndWritesNothing() throws Exception {
    JobId first = get(one.submit(request("key", "a.png"), TraceContext.fresh()));

    assertThat(get(one.submit(request("key", "a.png"), TraceContext.fresh()))).isEqualTo(first);
    assertThat(refusal(one.submit(request("key", "b.png"), TraceContext.fresh())))
        .contains(Reason.JOB_CONFLICT);
    assertThat(log.jobs).hasValue(1);
  }

  @Test
  void confirmedWriteThatDoesNotSayWhereItIsIsAnsweredAllTheSame() throws Exception {
    Submissions forgetful =
        submissions(
            oneTable,
            new JobLog() {
              @Override
              public CompletionStage<Position> writeJob(
                  String topic, CaptionJob job, TraceContext trace) {
                return log.writeJob(topic, job, trace);
              }

              @Override
              public CompletionStage<Position> writeEvent(JobEvent event, TraceContext trace) {
                return log.writeEvent(event, trace)
                    .thenApply(at -> new Position(at.topic(), at.partition(), -1));
              }
            });

    assertThat(refusal(forgetful.submit(request("key", "a.png"), TraceContext.fresh()))).isEmpty();
  }

  @Test
  void gatewayWhoseTableIsNotThereTakesNothing() throws Exception {
    oneTable.close();

    assertThat(refusal(one.submit(request("key", "a.png"), TraceContext.fresh())))
        .contains(Reason.GATEWAY_BUSY);
    assertThat(log.jobs).hasValue(0);
  }

  private static Optional<Reason> refusal(CompletionStage<JobId> answer) throws Exception {
    try {
      get(answer);
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of(((RejectedException) e.getCause()).reason());
    }
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private JobTable table() {
    return new JobTable(
        broker.connection(), topics, Topics.EVENT_PARTITIONS, new FixedStatus(), CLOCK);
  }

  private Submissions submissions(JobTable table) throws Exception {
    return submissions(table, log);
  }

  private Submissions submissions(JobTable table, JobLog written) throws Exception {
    return new Submissions(
        written,
        table,
        topics,
        ModelRepository.load(RepositoryFiles.models()),
        new FileBlobStore(blobs),
        ImageLimits.defaults(),
        new FixedConfig(),
        new DeploymentSecret(broker.connection(), topics, () -> Optional.of(secretFile())),
        new QueueBounds(
            table, new QueueWatch(broker.connection(), topics, table, CLOCK), new FixedQueue()),
        CLOCK);
  }

  /** The same for all gateways of a test. */
  private Path secretFile() {
    try {
      return Files.writeString(
          secrets.resolve("secret"), "the secret of this deployment, for tests");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CaptionRequest request(String key, String image) {
    return new CaptionRequest(
        "default",
        Optional.of(key),
        "",
        new ImageInput.Blob(image, 0, ""),
        Optional.empty(),
        List.of(),
        Generation.getDefaultInstance(),
        Priority.BULK,
        Optional.empty(),
        Map.of());
  }
}
