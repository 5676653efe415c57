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
import io.vignette.proto.v1.JobEvent.FactCase;
import io.vignette.records.JobEventReader;
import io.vignette.testkit.BadRecords;
import io.vignette.testkit.BadRecords.BadRecord;
import io.vignette.testkit.BadRecords.Header;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.JobId;
import io.vignette.wire.Reason;
import io.vignette.wire.Topics;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a worker makes of records that no gateway writes, on a real broker. */
@Timeout(180)
class BadJobRecordsIT {
  private static final Duration SOON = Duration.ofSeconds(90);

  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.createTopics(broker.freshTopics());
  private final Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
  private final KafkaProducer<String, byte[]> producer =
      new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer());
  private final List<JobEvent> events = new CopyOnWriteArrayList<>();
  private final EchoEngine engine = new EchoEngine(10, 11, 12);

  /** Topics a worker leases from. */
  enum Lane {
    INTERACTIVE,
    BULK,
    SOLO;

    String topic(Topics topics) {
      return switch (this) {
        case INTERACTIVE -> topics.jobsInteractive();
        case BULK -> topics.jobsBulk();
        case SOLO -> topics.jobsSolo();
      };
    }
  }

  @AfterEach
  void close() {
    producer.close();
  }

  /** Good jobs stand before, between and behind the bad records, all on one partition. */
  @ParameterizedTest
  @EnumSource
  void everyRecordEndsOnceAndCostsItsNeighboursNothing(Lane lane) throws Exception {
    ModelRepository models = ModelRepository.load(RepositoryFiles.models());
    CaptionJob good =
        CaptionJob.newBuilder()
            .setModel(models.defaultModel().name())
            .setImage(ImageReference.newBuilder().setInline(ByteString.copyFrom(picture())))
            .build();
    List<String> captioned = new ArrayList<>();
    Map<String, String> failing = new LinkedHashMap<>();
    int nameless = 0;
    String topic = lane.topic(topics);
    for (BadRecord bad : BadRecords.onAnyTopic()) {
      captioned.add(send(topic, good, List.of()));
      send(topic, bad.key(), bad.value(), bad.headers());
      if (bad.key() != null && JobId.parse(bad.key()).isPresent()) {
        failing.put(bad.key(), bad.name());
      } else {
        nameless++;
      }
    }
    for (Map.Entry<String, CaptionJob> bad : BadRecords.failingJobs(good).entrySet()) {
      send(topic, bad.getValue().getJobId(), bad.getValue().toByteArray(), List.of());
      failing.put(bad.getValue().getJobId(), bad.getKey());
    }
    for (List<Header> odd : BadRecords.headers().values()) {
      captioned.add(send(topic, good, odd));
    }
    String keyless = JobId.fresh(Clock.systemUTC()).toString();
    send(topic, null, good.toBuilder().setJobId(keyless).build().toByteArray(), List.of());
    captioned.add(keyless);
    captioned.add(send(topic, good, List.of()));
    producer.flush();

    try (Worker worker = worker(models)) {
      worker.start();
      int all = captioned.size() + failing.size() + nameless;
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(ends()).as("ends of %d", all).hasSize(all));

      for (String id : captioned) {
        assertThat(ends(id)).as(id).containsExactly(FactCase.SUCCEEDED);
      }
      failing.forEach((id, name) -> assertEnded(id, name));
      List<JobEvent> ofNobody =
          ends().stream()
              .filter(end -> !captioned.contains(end.getJobId()))
              .filter(end -> !failing.containsKey(end.getJobId()))
              .toList();
      assertThat(ofNobody).hasSize(nameless);
      assertThat(ofNobody)
          .allSatisfy(
              end -> {
                assertThat(JobId.parse(end.getJobId())).isPresent();
                assertThat(end.getFailed().getError().getCode())
                    .isEqualTo(Reason.JOB_UNREADABLE.code());
                assertThat(end.getFailed().getOrigin().getTopic()).isEqualTo(topic);
              });
    }
    // Everything was acknowledged: another worker is given nothing.
    assertThat(ends())
        .hasSize(captioned.size() + failing.size() + nameless)
        .extracting(JobEvent::getJobId)
        .doesNotHaveDuplicates();
    assertThat(events)
        .extracting(JobEvent::getSerializedSize)
        .allMatch(bytes -> bytes < JobEventReader.EVENT_BYTES_MAX);
  }

  private void assertEnded(String id, String name) {
    assertThat(ends(id)).as(name).hasSize(1);
    JobEvent end =
        ends().stream().filter(each -> each.getJobId().equals(id)).findFirst().orElseThrow();
    if (name.startsWith("deadline before")) {
      assertThat(end.getFactCase()).as(name).isIn(FactCase.FAILED, FactCase.EXPIRED);
    } else {
      assertThat(end.getFactCase()).as(name).isEqualTo(FactCase.FAILED);
      assertThat(end.getFailed().getError().getCode())
          .as("%s: %s", name, end.getFailed().getError().getMessage())
          .isNotEqualTo(Reason.INTERNAL.code());
      assertThat(end.getFailed().getError().getMessage().length()).as(name).isLessThan(2_100);
      assertThat(end.getFailed().getError().getMessage()).as(name).contains("(expected: ");
    }
  }

  private List<JobEvent> ends() {
    return events.stream().filter(BadJobRecordsIT::isEnd).toList();
  }

  private List<FactCase> ends(String id) {
    return ends().stream()
        .filter(end -> end.getJobId().equals(id))
        .map(JobEvent::getFactCase)
        .toList();
  }

  private static boolean isEnd(JobEvent event) {
    return switch (event.getFactCase()) {
      case SUCCEEDED, FAILED, CANCELLED, EXPIRED -> true;
      case SUBMITTED, STARTED, RETRIED, FACT_NOT_SET -> false;
    };
  }

  private String send(String topic, CaptionJob good, List<Header> headers) {
    String id = JobId.fresh(Clock.systemUTC()).toString();
    send(topic, id, good.toBuilder().setJobId(id).build().toByteArray(), headers);
    return id;
  }

  private void send(String topic, String key, byte[] value, List<Header> headers) {
    ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, 0, key, value);
    headers.forEach(header -> record.headers().add(header.name(), header.value()));
    producer.send(record);
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

  private static byte[] picture() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", file);
    return file.toByteArray();
  }
}
