package io.vignette.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.ImageReference;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobEvent.FactCase;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.JobId;
import io.vignette.wire.ShareGroups;
import io.vignette.wire.Topics;
import io.vignette.worker.DoomedWorker.Mode;
import io.vignette.worker.lease.LeaseConfig.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Only an image that takes workers down while they have it alone is poison. */
@Timeout(600)
class PoisonIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Set<FactCase> ENDS =
      Set.of(FactCase.SUCCEEDED, FactCase.FAILED, FactCase.EXPIRED, FactCase.CANCELLED);
  private static final String LEASE_MILLIS = "15000";

  @TempDir Path folder;

  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.createTopics(broker.freshTopics());
  private final Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
  private final KafkaConsumer<String, byte[]> reader =
      new KafkaConsumer<>(kafka, new StringDeserializer(), new ByteArrayDeserializer());
  private final List<JobEvent> events = new ArrayList<>();
  private final List<Process> processes = new ArrayList<>();
  private final Map<Process, Path> logs = new HashMap<>();
  private String job;
  private Path release;
  private Source source = Source.SHARE_GROUP;

  @BeforeEach
  void submit() throws Exception {
    release = folder.resolve("release");
    shortenLeases();
    List<TopicPartition> partitions =
        reader.partitionsFor(topics.jobEvents()).stream()
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    reader.assign(partitions);
    reader.seekToBeginning(partitions);
    job = JobId.fresh(Clock.systemUTC()).toString();
    CaptionJob caption =
        CaptionJob.newBuilder()
            .setJobId(job)
            .setModel(ModelRepository.load(RepositoryFiles.models()).defaultModel().name())
            .setImage(ImageReference.newBuilder().setBlob("an-image"))
            .build();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
      new KafkaSender(producer)
          .send(topics.jobsBulk(), job, caption.toByteArray(), Map.of())
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
    }
  }

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
    reader.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"SHARE_GROUP", "CONSUMER_GROUP"})
  void workersKilledWhileTheyHoldAnImageThatIsNotBeingTriedSayNothingAgainstIt(Source shared)
      throws Exception {
    source = shared;
    for (int killed = 1; killed <= 3; killed++) {
      Process worker = start(Mode.STALL, 0);
      awaitStarts(killed, worker);
      worker.destroyForcibly().waitFor();
    }

    start(Mode.ANSWER, 0);

    awaitEnd(FactCase.SUCCEEDED);
  }

  @ParameterizedTest
  @EnumSource(names = {"SHARE_GROUP", "CONSUMER_GROUP"})
  void anImageThatTakesWorkersDownWhileTheyHaveItAloneIsPoison(Source shared) throws Exception {
    source = shared;
    int down = 0;
    while (down < 4) {
      assertGoesDown(start(Mode.HALT, down++));
    }
    Process patient = start(Mode.HALT, down);

    awaitEnd(FactCase.FAILED);

    assertThat(ends().getFirst().getFailed().getError().getCode()).isEqualTo("inference.poison");
    // Who goes down before Kafka knows that the job has moved on leaves it to be moved once more.
    assertThat(written(topics.delay(Topics.Delay.ONE_MINUTE)))
        .as("put off")
        .isBetween(1L, 0L + down);
    assertThat(patient.isAlive()).isTrue();
  }

  @Test
  void workersThatAreDrainedWhileTheyHaveAnImageAloneSayNothingAgainstIt() throws Exception {
    for (int killed = 1; killed <= 2; killed++) {
      Process worker = start(Mode.HOLD, 0);
      awaitInferring(worker);
      worker.destroyForcibly().waitFor();
    }
    for (int drained = 1; drained <= 3; drained++) {
      Process worker = start(Mode.HOLD, 0);
      awaitInferring(worker);
      worker.destroy();
      assertThat(worker.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    start(Mode.ANSWER, 0);

    awaitEnd(FactCase.SUCCEEDED);
  }

  @Test
  void aWorkerThatWasOnlyStoppedIsNoCrash() throws Exception {
    for (int killed = 1; killed <= 2; killed++) {
      Process worker = start(Mode.HOLD, 0);
      awaitInferring(worker);
      worker.destroyForcibly().waitFor();
    }
    Process stopped = start(Mode.HOLD, 0);
    awaitInferring(stopped);
    signal(stopped, "STOP");
    assertGoesDown(start(Mode.HALT, 0));
    start(Mode.ANSWER, 0);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                written(topics.delay(Topics.Delay.ONE_MINUTE)) > 0
                    && written(topics.soloMarks()) > 2);

    Files.createFile(release);
    signal(stopped, "CONT");

    awaitEnd(FactCase.SUCCEEDED);
  }

  private void assertGoesDown(Process worker) throws InterruptedException {
    assertThat(worker.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(worker.exitValue()).isEqualTo(99);
    assertThat(ends()).isEmpty();
  }

  private void shortenLeases() throws Exception {
    List<String> groups =
        List.of(
            ShareGroups.interactive(topics), ShareGroups.bulk(topics), ShareGroups.solo(topics));
    try (Admin admin = broker.admin()) {
      for (String group : groups) {
        admin
            .incrementalAlterConfigs(
                Map.of(
                    new ConfigResource(ConfigResource.Type.GROUP, group),
                    List.of(
                        new AlterConfigOp(
                            new ConfigEntry("share.record.lock.duration.ms", LEASE_MILLIS),
                            AlterConfigOp.OpType.SET))))
            .all()
            .get(30, TimeUnit.SECONDS);
      }
    }
  }

  private Process start(Mode mode, int minutesAhead) throws IOException {
    Path log = Files.createTempFile(folder, mode.name(), ".log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dlog=" + log,
                "-cp",
                System.getProperty("java.class.path"),
                DoomedWorker.class.getName(),
                broker.bootstrapServers(),
                topics.prefix(),
                mode.name(),
                Integer.toString(minutesAhead),
                release.toString(),
                source.name())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    processes.add(process);
    logs.put(process, log);
    return process;
  }

  private String log(Process worker) {
    try {
      return Files.readString(logs.get(worker));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void awaitInferring(Process worker) {
    await().atMost(PATIENCE).until(() -> log(worker).contains(DoomedWorker.INFERRING));
  }

  private void awaitStarts(int count, Process worker) {
    await()
        .atMost(PATIENCE)
        .failFast("worker ended: " + logs.get(worker), () -> !worker.isAlive())
        .untilAsserted(
            () ->
                assertThat(read())
                    .filteredOn(event -> event.getFactCase() == FactCase.STARTED)
                    .hasSizeGreaterThanOrEqualTo(count));
  }

  private long written(String topic) {
    TopicPartition only = new TopicPartition(topic, 0);
    return reader.endOffsets(List.of(only)).get(only);
  }

  private void awaitEnd(FactCase end) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(ends()).isNotEmpty());
    assertThat(ends().getFirst().getFactCase()).as(() -> ends().toString()).isEqualTo(end);
  }

  private List<JobEvent> ends() {
    return read().stream().filter(event -> ENDS.contains(event.getFactCase())).toList();
  }

  private List<JobEvent> read() {
    reader
        .poll(Duration.ofMillis(200))
        .forEach(
            read -> {
              try {
                events.add(JobEvent.parseFrom(read.value()));
              } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
              }
            });
    return events;
  }

  private static void signal(Process process, String signal) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }
}
