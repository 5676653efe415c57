package io.vignette.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vignette.gateway.BrokerResource;
import io.vignette.gateway.examples.PythonEnvironment;
import io.vignette.gateway.secret.DeploymentSecret;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.wire.Topics;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Events that the example writes with the official SDK for Python become jobs on a real broker. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@TestProfile(IntakeOn.class)
class PythonSdkIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String SOURCE = "https://shop.example/uploads";
  private static final Path PICTURE =
      RepositoryFiles.samples().resolve("blue-star-above-orange-square.png");

  private final Topics topics;
  private final String input;
  private final IntakeLifecycle intake;
  private final DeploymentSecret secret;
  private final String bootstrapServers;

  @Inject
  PythonSdkIT(
      Topics topics,
      @ConfigProperty(name = "vignette.intake.topic") String input,
      IntakeLifecycle intake,
      DeploymentSecret secret,
      @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
    this.topics = topics;
    this.input = input;
    this.intake = intake;
    this.secret = secret;
    this.bootstrapServers = bootstrapServers;
  }

  @Test
  void pictureInBinaryModeIsAJobAndRepeatedInEitherModeTheSame() throws Exception {
    String id = UUID.randomUUID().toString();

    published(PICTURE.toString(), id);
    published(PICTURE.toString(), id);
    published(PICTURE.toString(), id, "--structured");

    assertThat(jobsOf(id))
        .singleElement()
        .satisfies(
            job -> {
              assertThat(job.getImage().getInline().toByteArray())
                  .isEqualTo(Files.readAllBytes(PICTURE));
              assertThat(job.getImage().getMediaType()).isEqualTo("image/png");
              assertThat(job.getClientReference()).isEqualTo(PICTURE.getFileName().toString());
              assertThat(job.getMetadataMap()).containsEntry("from", "shop");
            });
  }

  @Test
  void pictureInStructuredModeIsAJob() throws Exception {
    String id = UUID.randomUUID().toString();

    published(PICTURE.toString(), id, "--structured");

    assertThat(jobsOf(id))
        .singleElement()
        .satisfies(
            job ->
                assertThat(job.getImage().getInline().toByteArray())
                    .isEqualTo(Files.readAllBytes(PICTURE)));
  }

  @Test
  void urlsInBothModesAreTheSameJob() throws Exception {
    String id = UUID.randomUUID().toString();

    published("https://shop.example/cat.jpg", id);
    published("https://shop.example/cat.jpg", id, "--structured");

    assertThat(jobsOf(id))
        .singleElement()
        .satisfies(
            job -> assertThat(job.getImage().getUrl()).isEqualTo("https://shop.example/cat.jpg"));
  }

  /** Runs the example; returns when the gateway has taken the event. */
  private void published(String picture, String id, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                picture, "--bootstrap-servers", bootstrapServers, "--topic", input, "--id", id));
    arguments.addAll(List.of(more));
    long before = intake.counters().submitted();
    run(arguments);
    await().atMost(LIMIT).until(() -> intake.counters().submitted() == before + 1);
  }

  private static void run(List<String> arguments) throws IOException, InterruptedException {
    Process example =
        PythonEnvironment.required()
            .script("image-events/python/publish_image_event.py", arguments.toArray(String[]::new))
            .redirectErrorStream(true)
            .start();
    String said = new String(example.getInputStream().readAllBytes(), UTF_8);
    assertThat(example.waitFor()).as(said).isZero();
  }

  private List<CaptionJob> jobsOf(String id) {
    String jobId =
        secret.idOf("default", EventIdentity.ofCloudEvent(SOURCE, id)).orElseThrow().toString();
    return new EventTopics(bootstrapServers)
        .all(topics.jobsInteractive()).stream()
            .map(PythonSdkIT::job)
            .filter(job -> job.getJobId().equals(jobId))
            .toList();
  }

  private static CaptionJob job(ConsumerRecord<byte[], byte[]> record) {
    try {
      return CaptionJob.parseFrom(record.value());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
