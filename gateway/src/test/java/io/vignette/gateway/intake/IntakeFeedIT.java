package io.vignette.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.gateway.intake.IntakeConfig.Unmatched;
import io.vignette.gateway.submission.CaptionRequest;
import io.vignette.gateway.submission.RejectedException;
import io.vignette.testkit.BadRecords;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.Headers;
import io.vignette.wire.JobId;
import io.vignette.wire.Reason;
import io.vignette.wire.Topics;
import io.vignette.wire.TraceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Offsets, restarts and several gateways, with a real broker and a door that takes notes. */
class IntakeFeedIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int IN_FLIGHT = 16;

  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.freshTopics();
  private final String input = topics.prefix() + ".image.events";
  private final EventTopics kafka = new EventTopics(broker.bootstrapServers());
  private final Queue<JobId> taken = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean away = new AtomicBoolean();
  private final IntakeCounters counters = new IntakeCounters();

  @BeforeEach
  void makeTopics() throws Exception {
    try (Admin admin = broker.admin()) {
      TestBroker.create(
          admin,
          List.of(
              new NewTopic(input, 3, (short) 1),
              new NewTopic(Topics.deadEvents(input), 1, (short) 1)));
    }
  }

  @Test
  void whileKafkaTakesNoJobsNothingIsCommittedOrSetAside() {
    away.set(true);
    publish(0, 5);
    try (Intake intake = started()) {
      await().atMost(LIMIT).until(() -> counters.retried() >= 10);
      assertThat(committed()).isZero();

      away.set(false);
      await().atMost(LIMIT).until(() -> committed() == 5);
    }
    assertThat(taken).doesNotHaveDuplicates().hasSize(5);
    assertThat(kafka.all(Topics.deadEvents(input))).isEmpty();
  }

  @Test
  void restartInTheMiddleLosesNothingAndRepeatsAtMostWhatWasInFlight() {
    publish(0, 400);
    try (Intake first = started()) {
      await().atMost(LIMIT).pollInterval(Duration.ofMillis(1)).until(() -> taken.size() >= 50);
      away.set(true); // What is at work now is never confirmed to the first.
    }
    assertThat(committed()).isLessThan(400);
    away.set(false);
    try (Intake second = started()) {
      await().atMost(LIMIT).until(() -> committed() == 400);
    }
    assertThat(taken.stream().distinct()).hasSize(400);
    assertThat(taken.size()).isLessThanOrEqualTo(400 + IN_FLIGHT);
  }

  @Test
  void gatewaysShareTheEventsAndTakeOverFromOneThatLeaves() {
    try (Intake first = started()) {
      try (Intake second = started()) {
        publish(0, 300);
        await().atMost(LIMIT).until(() -> taken.size() >= 100);
      }
      publish(300, 300);
      await().atMost(LIMIT).until(() -> committed() == 600);
    }
    assertThat(taken.stream().distinct()).hasSize(600);
  }

  @Test
  void letterTooLargeForItsTopicGoesWithoutItsValue() throws Exception {
    kafka.publish(input, List.of(Events.bare("x".repeat(1000 * 1000))));
    try (Admin admin = broker.admin()) {
      admin.deleteTopics(List.of(Topics.deadEvents(input))).all().get(30, TimeUnit.SECONDS);
      await()
          .atMost(LIMIT)
          .until(() -> !admin.listTopics().names().get().contains(Topics.deadEvents(input)));
      admin
          .createTopics(
              List.of(
                  new NewTopic(Topics.deadEvents(input), 1, (short) 1)
                      .configs(Map.of("max.message.bytes", "10000"))))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    try (Intake intake = started()) {
      await().atMost(LIMIT).until(() -> committed() == 1);
    }
    assertThat(kafka.all(Topics.deadEvents(input)))
        .singleElement()
        .satisfies(letter -> assertThat(letter.value()).isNull());
  }

  /** Good events stand before, between and behind the bad ones. */
  @Test
  void badRecordsAreSetAsideOnceAndCostTheirNeighboursNothing() {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    List<BadRecords.BadRecord> bad = BadRecords.onAnyTopic();
    for (int i = 0; i < bad.size(); i++) {
      all.add(Events.binary(Events.picture("event " + i)));
      all.add(record(bad.get(i)));
    }
    // All headers: it leaves no room for those that a letter adds.
    RecordHeaders full = new RecordHeaders();
    full.add("h", new byte[1_048_300]);
    all.add(Events.record(null, full));
    all.add(Events.binary(Events.picture("last")));
    kafka.publish(input, all);

    try (Intake intake = started()) {
      await().atMost(LIMIT).until(() -> committed() == all.size());
    }

    assertThat(taken).doesNotHaveDuplicates().hasSize(bad.size() + 1);
    List<ConsumerRecord<byte[], byte[]>> letters = kafka.all(Topics.deadEvents(input));
    assertThat(letters).hasSize(bad.size() + 1);
    assertThat(letters)
        .extracting(letter -> HeaderTexts.last(letter.headers(), Headers.ERROR_MESSAGE).orElse(""))
        .allSatisfy(
            message ->
                assertThat(message)
                    .contains("(expected: ")
                    .doesNotContainPattern("Exception|[a-z]\\.[a-z]+\\.|class "));
  }

  private static ConsumerRecord<byte[], byte[]> record(BadRecords.BadRecord bad) {
    RecordHeaders headers = new RecordHeaders();
    bad.headers().forEach(header -> headers.add(header.name(), header.value()));
    return new ConsumerRecord<>(
        Events.TOPIC,
        0,
        0,
        0,
        TimestampType.CREATE_TIME,
        -1,
        -1,
        bad.key() == null ? null : bad.key().getBytes(UTF_8),
        bad.value(),
        headers,
        Optional.empty());
  }

  private void publish(int from, int count) {
    kafka.publish(
        input,
        IntStream.range(from, from + count)
            .mapToObj(number -> Events.binary(Events.picture("event " + number)))
            .toList());
  }

  private long committed() {
    return kafka.committed(input, topics.intakeGroup());
  }

  private Intake started() {
    Intake intake =
        new Intake(
            broker.connection(),
            input,
            topics.intakeGroup(),
            IN_FLIGHT,
            new Intake.Decisions(Intakes.rules(Map.of()), Unmatched.IGNORE, this::submit),
            counters);
    intake.start();
    return intake;
  }

  /** Confirmed a moment later, as by Kafka. */
  private CompletionStage<JobId> submit(CaptionRequest request, TraceContext trace) {
    return CompletableFuture.supplyAsync(
            () -> away.get(), CompletableFuture.delayedExecutor(2, TimeUnit.MILLISECONDS))
        .thenCompose(
            refused -> {
              if (refused) {
                return CompletableFuture.failedStage(
                    new RejectedException(Reason.QUEUE_UNAVAILABLE, "queue: away"));
              }
              JobId id =
                  JobId.named(
                      new byte[32], request.tenant(), request.idempotencyKey().orElseThrow());
              taken.add(id);
              return CompletableFuture.completedStage(id);
            });
  }
}
