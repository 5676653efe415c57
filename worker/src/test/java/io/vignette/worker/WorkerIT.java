package io.vignette.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.vignette.images.ImageLimits;
import io.vignette.images.source.ImageLoader;
import io.vignette.images.source.RunFiles;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.CancelRequest;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.ImageReference;
import io.vignette.proto.v1.JobEvent;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.JobId;
import io.vignette.wire.Topics;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole worker but its framework and its engine, on a real broker. */
@Timeout(120)
class WorkerIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.createTopics(broker.freshTopics());
  private final Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
  private final KafkaProducer<String, byte[]> producer =
      new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer());
  private final List<JobEvent> events = new CopyOnWriteArrayList<>();
  private final EchoEngine engine = new EchoEngine(10, 11, 12);

  @AfterEach
  void close() {
    producer.close();
  }

  @Test
  void captionsWhatIsSubmittedAndRefusesWhatIsBad() throws Exception {
    ModelRepository models = ModelRepository.load(RepositoryFiles.models());
    String good = submit(models, picture());
    String bad = submit(models, new byte[] {1, 2, 3});
    String cancelled = cancelledJob(models);
    try (Worker worker = worker(models)) {
      worker.start();
      worker.ready().toCompletableFuture().get(30, TimeUnit.SECONDS);
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                assertThat(factOf(good)).isEqualTo(JobEvent.FactCase.SUCCEEDED);
                assertThat(factOf(bad)).isEqualTo(JobEvent.FactCase.FAILED);
                assertThat(factOf(cancelled)).isEqualTo(JobEvent.FactCase.CANCELLED);
              });
      assertThat(worker.isReady()).isTrue();
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(worker.stageTimes().snapshot().jobs()).isEqualTo(3));
      assertThat(worker.stageTimes().snapshot().decodeMicros()).isPositive();
    }
    assertThat(engine.pictures).hasValue(1);
  }

  private JobEvent.FactCase factOf(String id) {
    return events.stream()
        .filter(event -> event.getJobId().equals(id))
        .reduce((first, second) -> second)
        .map(JobEvent::getFactCase)
        .orElse(JobEvent.FactCase.FACT_NOT_SET);
  }

  private Worker worker(ModelRepository models) {
    ImageLimits limits = ImageLimits.defaults();
    WorkerPorts ports =
        new WorkerPorts(
            kafka,
            topics,
            models,
            new ImageLoader(new RunFiles(), limits),
            limits,
            engine,
            (event, headers) -> {
              events.add(event);
              return CompletableFuture.completedFuture(null);
            },
            new KafkaSender(producer)::send,
            Clock.systemUTC());
    return new Worker(ports, WorkerSettings.standard("w1"), List.of(), List.of());
  }

  private String submit(ModelRepository models, byte[] image) {
    String id = JobId.fresh(Clock.systemUTC()).toString();
    submit(models, id, image);
    return id;
  }

  private void submit(ModelRepository models, String id, byte[] image) {
    CaptionJob job =
        CaptionJob.newBuilder()
            .setJobId(id)
            .setModel(models.defaultModel().name())
            .setImage(ImageReference.newBuilder().setInline(ByteString.copyFrom(image)))
            .build();
    new KafkaSender(producer)
        .send(topics.jobsBulk(), id, job.toByteArray(), Map.of())
        .toCompletableFuture()
        .join();
  }

  private String cancelledJob(ModelRepository models) throws IOException {
    String id = JobId.fresh(Clock.systemUTC()).toString();
    CancelRequest request =
        CancelRequest.newBuilder()
            .setJobId(id)
            .setAt(
                com.google.protobuf.Timestamp.newBuilder()
                    .setSeconds(Clock.systemUTC().instant().getEpochSecond()))
            .build();
    new KafkaSender(producer)
        .send(topics.cancellations(), id, request.toByteArray(), Map.of())
        .toCompletableFuture()
        .join();
    submit(models, id, picture());
    return id;
  }

  private static byte[] picture() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", file);
    return file.toByteArray();
  }
}
