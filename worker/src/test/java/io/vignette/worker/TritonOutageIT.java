package io.vignette.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.vignette.images.ImageLimits;
import io.vignette.images.source.ImageLoader;
import io.vignette.images.source.RunFiles;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.ImageReference;
import io.vignette.proto.v1.JobEvent;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.testkit.TestBroker;
import io.vignette.testkit.triton.InRounds;
import io.vignette.testkit.triton.NeedsTriton;
import io.vignette.testkit.triton.TritonOptions;
import io.vignette.testkit.triton.TritonServer;
import io.vignette.wire.JobId;
import io.vignette.wire.Topics;
import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.GoldenAnswers;
import io.vignette.worker.engine.triton.Endpoint;
import io.vignette.worker.engine.triton.TritonEngine;
import io.vignette.worker.engine.triton.TritonListener;
import io.vignette.worker.engine.triton.TritonSettings;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A worker on a real broker, whose real Triton server goes away in the midst of its work. */
@NeedsTriton
@InRounds
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class TritonOutageIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int JOBS_AN_OUTAGE = 120;

  /** Several probes fail meanwhile: each ends within two seconds, the next begins soon after. */
  private static final Duration STANDSTILL = Duration.ofSeconds(5);

  private static final TritonSettings.Timing TIMING =
      new TritonSettings.Timing(
          Duration.ofSeconds(10),
          Duration.ofMillis(500),
          Duration.ofSeconds(2),
          Duration.ofMillis(200));

  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.createTopics(broker.freshTopics());
  private final Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
  private final Map<String, String> submitted = new HashMap<>();
  private final Captions captions = new Captions();
  private final LeaseBook leases = new LeaseBook();
  private final AtomicInteger outagesNoticed = new AtomicInteger();

  private KafkaProducer<String, byte[]> producer;
  private ModelRepository models;
  private List<GoldenAnswers.Picture> pictures;
  private TritonServer server;

  @BeforeAll
  void startServer() throws Exception {
    producer = new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer());
    models = GoldenAnswers.repository();
    pictures = GoldenAnswers.samples();
    server = TritonServer.start(TritonOptions.bundledModels().threads(1));
  }

  @AfterAll
  void stopServer() {
    server.close();
    producer.close();
  }

  @Test
  void outagesCostTimeButNoJobAndNoAttempt() throws Exception {
    try (Worker worker = worker()) {
      worker.start();
      worker.ready().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

      outage(worker, server::kill, server::restart);
      outage(worker, server::pause, server::resume);
      // What a process supervisor does that probes the model.
      outage(worker, () -> server.killBackend("tiny-blip2_llm"), server::restart);

      await().atMost(PATIENCE).until(() -> captions.texts().size() == submitted.size());
    }
    assertThat(outagesNoticed).hasValueGreaterThanOrEqualTo(3);
    assertThat(captions.texts()).isEqualTo(submitted);
    assertThat(captions.others()).isEmpty();
    // Nothing was given back to the broker, so no record was delivered twice: a job that met an
    // outage was written anew, its attempt unspent, and waited in Kafka while lanes stood still.
    assertThat(leases.attempts()).containsOnly(1);
    assertThat(leases.deliveries()).containsOnly(1);
    assertThat(leases.mostOfAJob()).isLessThanOrEqualTo(1 + outagesNoticed.get());
  }

  private void outage(Worker worker, Runnable begin, Runnable end) throws Exception {
    int before = captions.texts().size();
    submit();
    await().atMost(PATIENCE).until(() -> captions.texts().size() > before);
    begin.run();
    try {
      await()
          .atMost(PATIENCE)
          .during(STANDSTILL)
          .until(() -> isUnavailable(worker) && leases.lanesPolling() == 0);
    } finally {
      end.run();
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              supervise();
              assertThat(worker.isReady()).as(worker.engineHealth().toString()).isTrue();
            });
  }

  /** What a server that was stopped and continued may need: see {@link TritonServer#resume}. */
  private void supervise() {
    if (!server.isAlive()) {
      server.restart();
    }
  }

  private static boolean isUnavailable(Worker worker) {
    return worker.engineHealth().state() == EngineHealth.State.UNAVAILABLE;
  }

  private void submit() throws Exception {
    for (int i = 0; i < JOBS_AN_OUTAGE; i++) {
      GoldenAnswers.Picture picture = pictures.get(i % pictures.size());
      String id = JobId.fresh(Clock.systemUTC()).toString();
      byte[] file = Files.readAllBytes(RepositoryFiles.root().resolve("samples/" + picture.file()));
      CaptionJob job =
          CaptionJob.newBuilder()
              .setJobId(id)
              .setModel(models.defaultModel().name())
              .setImage(ImageReference.newBuilder().setInline(ByteString.copyFrom(file)))
              .build();
      submitted.put(id, picture.asked().getFirst().words());
      producer.send(new ProducerRecord<>(topics.jobsBulk(), id, job.toByteArray()));
    }
    producer.flush();
  }

  private Worker worker() {
    ImageLimits limits = ImageLimits.defaults();
    WorkerPorts ports =
        new WorkerPorts(
            kafka,
            topics,
            models,
            new ImageLoader(new RunFiles(), limits),
            limits,
            engine(),
            captions::add,
            new KafkaSender(producer)::send,
            Clock.systemUTC());
    return new Worker(ports, WorkerSettings.standard("w1"), List.of(leases), List.of(leases));
  }

  private TritonEngine engine() {
    return new TritonEngine(
        models,
        new TritonSettings(
            TritonSettings.Connection.plaintext(Endpoint.parse(server.grpcEndpoint())), TIMING, 0),
        Clock.systemUTC(),
        new TritonListener() {
          private boolean wasReady;

          @Override
          public void changed(EngineHealth health) {
            if (wasReady && !health.isReady()) {
              outagesNoticed.incrementAndGet();
            }
            wasReady = health.isReady();
          }
        });
  }

  /** What the worker states about jobs: captions, and whatever else ends or repeats an attempt. */
  private static final class Captions {
    private final Map<String, String> texts = new ConcurrentHashMap<>();
    private final Set<JobEvent> others = ConcurrentHashMap.newKeySet();

    CompletionStage<Void> add(JobEvent event, Map<String, String> headers) {
      if (event.hasSucceeded() && event.getAttempt() == 1) {
        texts.put(event.getJobId(), event.getSucceeded().getAnswers(0).getText());
      } else if (!event.hasStarted()) {
        others.add(event);
      }
      return CompletableFuture.completedFuture(null);
    }

    Map<String, String> texts() {
      return Map.copyOf(texts);
    }

    Set<JobEvent> others() {
      return Set.copyOf(others);
    }
  }
}
