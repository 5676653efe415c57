package io.vignette.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vignette.gateway.BrokerResource;
import io.vignette.gateway.secret.DeploymentSecret;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.wire.Headers;
import io.vignette.wire.Reason;
import io.vignette.wire.Topics;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Events by the official SDK's serializer, and S3 notifications, become jobs on a real broker. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@TestProfile(IntakeOn.class)
class IntakeIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Topics topics;
  private final String input;
  private final IntakeLifecycle intake;
  private final DeploymentSecret secret;
  private final EventTopics kafka;

  @Inject
  IntakeIT(
      Topics topics,
      @ConfigProperty(name = "vignette.intake.topic") String input,
      IntakeLifecycle intake,
      DeploymentSecret secret,
      @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
    this.topics = topics;
    this.input = input;
    this.intake = intake;
    this.secret = secret;
    this.kafka = new EventTopics(bootstrapServers);
  }

  @Test
  void cloudEventsOfBothModesAreJobsAndRepeatedOnesTheSame() {
    String one = unique();
    String other = unique();
    long before = intake.counters().submitted();

    publish(
        Events.binary(Events.picture(one)),
        Events.structured(Events.picture(other)),
        Events.structured(Events.picture(one)),
        Events.binary(Events.picture(other)));

    await().atMost(LIMIT).until(() -> intake.counters().submitted() == before + 4);
    for (String id : List.of(one, other)) {
      String jobId =
          secret
              .idOf("default", EventIdentity.ofCloudEvent("https://shop.example/uploads", id))
              .orElseThrow()
              .toString();
      // Two that came at the same moment may both be written: the first event decides.
      assertThat(jobs(topics.jobsInteractive(), job -> job.getJobId().equals(jobId)))
          .isNotEmpty()
          .allSatisfy(
              job -> {
                assertThat(job.getImage().getInline().toByteArray()).isEqualTo(Events.PICTURE);
                assertThat(job.getImage().getMediaType()).isEqualTo("image/png");
                assertThat(job.getClientReference()).isEqualTo("cats/1.png");
                assertThat(job.getMetadataMap()).containsEntry("from", "shop");
              });
    }
  }

  @Test
  void eventThatComesAgainLaterWritesNothing() {
    String id = unique();
    String jobId =
        secret
            .idOf("default", EventIdentity.ofCloudEvent("https://shop.example/uploads", id))
            .orElseThrow()
            .toString();
    for (int times = 0; times < 3; times++) {
      long before = intake.counters().submitted();
      publish(Events.binary(Events.picture(id)));
      await().atMost(LIMIT).until(() -> intake.counters().submitted() == before + 1);
    }

    assertThat(jobs(topics.jobsInteractive(), job -> job.getJobId().equals(jobId))).hasSize(1);
  }

  @Test
  void everyPictureOfANotificationIsAJob() {
    String folder = "cats/" + unique() + "/";
    publish(
        Events.bare(
            Events.s3(
                Events.s3Record("ObjectCreated:Put", folder + "a+b.png", ",\"size\":1"),
                Events.s3Record("ObjectCreated:Copy", folder + "%C3%A4.png", ",\"size\":2"),
                Events.s3Record("ObjectRemoved:Delete", folder + "c.png", ""))),
        Events.bare("{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\"}"));

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(
                        jobs(
                            topics.jobsBulk(),
                            job -> job.getClientReference().startsWith("photos/" + folder)))
                    .extracting(job -> job.getImage().getBlob())
                    .containsExactlyInAnyOrder(
                        "s3://photos/" + folder + "a%20b.png",
                        "s3://photos/" + folder + "%C3%A4.png"));
    assertThat(
            jobs(topics.jobsBulk(), job -> job.getClientReference().startsWith("photos/" + folder))
                .getFirst()
                .getPrompts(0)
                .getText())
        .isEqualTo("What cat is it?");
  }

  @Test
  void unusableEventsAreSetAsideAndCostNothingElse() {
    String id = unique();
    String poison = "no event " + id;
    publish(
        Events.bare(poison),
        Events.binary(Events.json(id + "-pictureless", "{\"note\":\"" + id + "\"}")),
        Events.bare(Events.s3(Events.s3Record("ObjectCreated:Put", "dogs/" + id, ""))),
        Events.binary(Events.picture(id)));

    await().atMost(LIMIT).until(() -> letters(id).size() == 3);
    assertThat(letters(id))
        .extracting(letter -> header(letter, Headers.ERROR))
        .containsExactlyInAnyOrder(
            Reason.EVENT_UNREADABLE.code(),
            Reason.EVENT_NO_IMAGE.code(),
            Reason.EVENT_NO_RULE.code());
    ConsumerRecord<byte[], byte[]> letter =
        letters(id).stream()
            .filter(each -> new String(each.value(), UTF_8).equals(poison))
            .findFirst()
            .orElseThrow();
    assertThat(header(letter, Headers.ERROR_MESSAGE)).contains("(expected: ");
    assertThat(header(letter, Headers.ORIGIN_TOPIC)).isEqualTo(input);
    assertThat(header(letter, Headers.ORIGIN_PARTITION)).matches("\\d+");
    assertThat(header(letter, Headers.ORIGIN_OFFSET)).matches("\\d+");
    assertThat(letters(id))
        .filteredOn(each -> each.headers().lastHeader("ce_id") != null)
        .singleElement()
        .extracting(each -> header(each, "ce_id"))
        .isEqualTo(id + "-pictureless");
    String jobId =
        secret
            .idOf("default", EventIdentity.ofCloudEvent("https://shop.example/uploads", id))
            .orElseThrow()
            .toString();
    await()
        .atMost(LIMIT)
        .until(
            () -> jobs(topics.jobsInteractive(), job -> job.getJobId().equals(jobId)).size() == 1);
  }

  @SafeVarargs
  private void publish(ConsumerRecord<byte[], byte[]>... events) {
    kafka.publish(input, List.of(events));
  }

  private List<ConsumerRecord<byte[], byte[]>> letters(String part) {
    return kafka.all(Topics.deadEvents(input)).stream()
        .filter(letter -> new String(letter.value(), UTF_8).contains(part))
        .toList();
  }

  private List<CaptionJob> jobs(String topic, Predicate<CaptionJob> wanted) {
    return kafka.all(topic).stream().map(IntakeIT::job).filter(wanted).toList();
  }

  private static CaptionJob job(ConsumerRecord<byte[], byte[]> record) {
    try {
      return CaptionJob.parseFrom(record.value());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return HeaderTexts.last(record.headers(), name).orElse("");
  }

  private static String unique() {
    return UUID.randomUUID().toString();
  }
}
