package io.vignette.ledger.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.ledger.state.Events;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.JobEvent;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The results once more, as JSON. */
class JsonResultsTest {
  private static final Events JOB = Events.named("job-1");
  private static final Topics TOPICS = new Topics("t");

  @TempDir private Path folder;

  @Test
  void everyResultIsThereOnceAndTheSame() {
    with(
        true,
        driver -> {
          send(driver, JOB.submitted(), JOB.succeeded(1), JOB.succeeded(1), JOB.failed(1));
          send(driver, Events.named("job-2").failed(1));

          List<CaptionResult> results = results(driver);
          List<TestRecord<String, String>> mirror = json(driver);
          assertThat(mirror)
              .extracting(TestRecord::key)
              .containsExactly(JOB.jobId(), Events.id("job-2"));
          assertThat(mirror).extracting(record -> parsed(record.value())).isEqualTo(results);
        });
  }

  @Test
  void labelsAreThoseOfTheResultButForTheType() {
    with(
        true,
        driver -> {
          RecordHeaders sent = new RecordHeaders();
          sent.add("traceparent", "00-aa-bb-01".getBytes(UTF_8));
          events(driver)
              .pipeInput(new TestRecord<>(JOB.jobId(), JOB.succeeded(1).toByteArray(), sent));

          assertThat(headers(json(driver).getFirst()))
              .containsExactlyInAnyOrder(
                  "traceparent=00-aa-bb-01",
                  "vignette-tenant=acme",
                  "vignette-client-reference=photo-" + JOB.jobId(),
                  "content-type=application/json");
        });
  }

  @Test
  void withoutTheSwitchThereIsNone() {
    with(
        false,
        driver -> {
          send(driver, JOB.succeeded(1));

          assertThat(results(driver)).hasSize(1);
          assertThat(json(driver)).isEmpty();
        });
  }

  @Test
  void theSwitchChangesNothingThatIsKept() {
    TopologyDescription off = LedgerTopology.build(TOPICS, config(false)).describe();
    TopologyDescription on = LedgerTopology.build(TOPICS, config(true)).describe();

    assertThat(names(on)).containsAll(names(off)).hasSize(names(off).size() + 1);
    assertThat(on.subtopologies()).hasSize(1).hasSameSizeAs(off.subtopologies());
    assertThat(stores(on)).isEqualTo(stores(off)).containsExactly(LedgerTopology.ENTRIES);
  }

  private void with(boolean jsonResults, Consumer<TopologyTestDriver> test) {
    LedgerConfig config = config(jsonResults);
    try (TopologyTestDriver driver =
        new TopologyTestDriver(
            LedgerTopology.build(TOPICS, config),
            LedgerSettings.of(KafkaConnection.plaintext("unused:1"), config),
            Instant.ofEpochSecond(Events.AT.getSeconds()))) {
      test.accept(driver);
    }
  }

  private LedgerConfig config(boolean jsonResults) {
    return LedgerConfig.of(TOPICS, folder).withJsonResults(jsonResults);
  }

  private static void send(TopologyTestDriver driver, JobEvent... sent) {
    TestInputTopic<String, byte[]> events = events(driver);
    for (JobEvent event : sent) {
      events.pipeInput(event.getJobId(), event.toByteArray());
    }
  }

  private static TestInputTopic<String, byte[]> events(TopologyTestDriver driver) {
    return driver.createInputTopic(
        TOPICS.jobEvents(), new StringSerializer(), new ByteArraySerializer());
  }

  private static List<CaptionResult> results(TopologyTestDriver driver) {
    return driver
        .createOutputTopic(
            TOPICS.results(),
            new StringDeserializer(),
            new ProtobufDeserializer<>(CaptionResult.parser()))
        .readValuesToList();
  }

  private static List<TestRecord<String, String>> json(TopologyTestDriver driver) {
    return driver
        .createOutputTopic(TOPICS.resultsJson(), new StringDeserializer(), new StringDeserializer())
        .readRecordsToList();
  }

  private static CaptionResult parsed(String json) {
    return new JsonDeserializer().deserialize("json", json.getBytes(UTF_8));
  }

  private static List<String> headers(TestRecord<String, String> record) {
    return Arrays.stream(record.headers().toArray())
        .map(header -> header.key() + "=" + new String(header.value(), UTF_8))
        .toList();
  }

  private static Set<String> names(TopologyDescription topology) {
    return topology.subtopologies().stream()
        .flatMap(each -> each.nodes().stream())
        .map(TopologyDescription.Node::name)
        .collect(Collectors.toSet());
  }

  private static Set<String> stores(TopologyDescription topology) {
    return topology.subtopologies().stream()
        .flatMap(each -> each.nodes().stream())
        .filter(TopologyDescription.Processor.class::isInstance)
        .map(TopologyDescription.Processor.class::cast)
        .flatMap(processor -> processor.stores().stream())
        .collect(Collectors.toSet());
  }
}
