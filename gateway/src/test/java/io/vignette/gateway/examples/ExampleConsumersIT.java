package io.vignette.gateway.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import io.vignette.gateway.topics.FixedTopics;
import io.vignette.gateway.topics.TopicSetup;
import io.vignette.ledger.topology.Ledger;
import io.vignette.ledger.topology.LedgerConfig;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.Failed;
import io.vignette.proto.v1.JobError;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.Succeeded;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.Reason;
import io.vignette.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example consumers on a real broker, with results that a real ledger wrote. */
class ExampleConsumersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.freshTopics();
  private final List<String> expected = new ArrayList<>();

  @TempDir private Path folder;
  private Ledger ledger;

  @BeforeEach
  void startLedger() throws Exception {
    new TopicSetup(broker.connection(), topics, new FixedTopics(), Optional.empty(), true).ensure();
    LedgerConfig config = LedgerConfig.of(topics, folder.resolve("ledger")).withJsonResults(true);
    ledger = new Ledger(broker.connection(), topics, config);
    ledger.start();
    completed(ledger.running());
  }

  @AfterEach
  void stopLedger() {
    assertThat(ledger.close(PATIENCE)).isTrue();
  }

  @Test
  void javaWithProtobuf() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String source =
        RepositoryFiles.root().resolve("examples/results/java/ReadResults.java").toString();
    printsEveryResultOnceAndGoesOn(
        () ->
            new ProcessBuilder(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                source,
                broker.bootstrapServers(),
                topics.results(),
                "java"));
  }

  @Test
  void pythonWithProtobuf() throws Exception {
    printsEveryResultOnceAndGoesOn(() -> python("read_results.py", topics.results()));
  }

  @Test
  void pythonWithJson() throws Exception {
    printsEveryResultOnceAndGoesOn(() -> python("read_json_results.py", topics.resultsJson()));
  }

  private ProcessBuilder python(String script, String topic) {
    return PythonEnvironment.required()
        .script(
            "results/python/" + script,
            "--bootstrap-servers",
            broker.bootstrapServers(),
            "--topic",
            topic,
            "--group",
            script);
  }

  private interface Command {
    ProcessBuilder builder();
  }

  private void printsEveryResultOnceAndGoesOn(Command command) throws Exception {
    ProcessBuilder first = command.builder();
    for (int job = 0; job < 20; job++) {
      publish(succeeded("a red circle, number " + job), "SUCCEEDED a red circle, number " + job);
    }
    publish(failed(), "FAILED image.corrupt");
    publishUncommitted();
    completed(ledger.caughtUp(PATIENCE));
    List<String> seen = new ArrayList<>(readUntil(first, expected.size()));

    publish(succeeded("a blue star"), "SUCCEEDED a blue star");
    completed(ledger.caughtUp(PATIENCE));
    seen.addAll(readUntil(command.builder(), 1));

    assertThat(seen).containsExactlyInAnyOrderElementsOf(expected);
  }

  private List<String> readUntil(ProcessBuilder command, int lines) throws Exception {
    RunningExample example = RunningExample.start(command, folder);
    try {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(example.lines())
                      .as(example::errors)
                      .hasSizeGreaterThanOrEqualTo(lines));
    } finally {
      example.end();
    }
    return example.lines();
  }

  /** States an event, and its repetition, that end a job. */
  private void publish(JobEvent.Builder end, String line) throws Exception {
    String jobId = UUID.randomUUID().toString();
    byte[] event =
        end.setJobId(jobId)
            .setAt(Timestamp.newBuilder().setSeconds(1_800_000_000L))
            .setAttempt(1)
            .build()
            .toByteArray();
    try (KafkaProducer<String, byte[]> producer = producer(Map.of())) {
      for (int times = 0; times < 2; times++) {
        producer.send(new ProducerRecord<>(topics.jobEvents(), jobId, event)).get();
      }
    }
    expected.add(jobId + " " + line);
  }

  /** What a ledger that dies leaves behind: nobody may ever see it. */
  private void publishUncommitted() throws Exception {
    try (KafkaProducer<String, byte[]> producer = producer(Map.of("transactional.id", "dying"))) {
      producer.initTransactions();
      producer.beginTransaction();
      byte[] result = CaptionResult.newBuilder().setJobId("nobody's").build().toByteArray();
      producer.send(new ProducerRecord<>(topics.results(), "nobody's", result)).get();
      producer.send(new ProducerRecord<>(topics.resultsJson(), "nobody's", new byte[1])).get();
      producer.abortTransaction();
    }
  }

  private KafkaProducer<String, byte[]> producer(Map<String, Object> more) {
    return new KafkaProducer<>(
        broker.connection().with(more), new StringSerializer(), new ByteArraySerializer());
  }

  private static JobEvent.Builder succeeded(String text) {
    return JobEvent.newBuilder()
        .setSucceeded(Succeeded.newBuilder().addAnswers(Answer.newBuilder().setText(text)));
  }

  private static JobEvent.Builder failed() {
    return JobEvent.newBuilder()
        .setFailed(
            Failed.newBuilder()
                .setError(JobError.newBuilder().setCode(Reason.IMAGE_CORRUPT.code())));
  }

  private static void completed(CompletionStage<Void> stage) throws Exception {
    stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }
}
