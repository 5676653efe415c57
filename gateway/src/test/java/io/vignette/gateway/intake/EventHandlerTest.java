package io.vignette.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.gateway.intake.IntakeConfig.Unmatched;
import io.vignette.gateway.submission.CaptionRequest;
import io.vignette.gateway.submission.RejectedException;
import io.vignette.wire.JobId;
import io.vignette.wire.Reason;
import io.vignette.wire.TraceContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventHandlerTest {
  private static final long SEED = 20260102;

  private final List<CaptionRequest> requests = new ArrayList<>();
  private final List<Problem> letters = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final Deque<Throwable> submissionFailures = new ArrayDeque<>();
  private final Deque<Throwable> letterFailures = new ArrayDeque<>();
  private final IntakeCounters counters = new IntakeCounters();

  @Test
  void pictureBecomesAJobOfItsEventsIdentity() {
    handle(handler(Map.of()), Events.binary(Events.picture("1")));

    assertThat(requests).hasSize(1);
    assertThat(requests.getFirst().idempotencyKey())
        .contains(EventIdentity.ofCloudEvent("https://shop.example/uploads", "1"));
    assertThat(counters.submitted()).isEqualTo(1);
    assertThat(letters).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"QUEUE_UNAVAILABLE", "STORE_UNAVAILABLE", "GATEWAY_BUSY", "QUEUE_FULL"})
  void whereNothingIsTakenItGoesOnTrying(Reason reason) {
    submissionFailures.addAll(Collections.nCopies(100, new RejectedException(reason, "away")));

    handle(handler(Map.of()), Events.binary(Events.picture("1")));

    assertThat(letters).isEmpty();
    assertThat(counters.submitted()).isEqualTo(1);
    assertThat(counters.retried()).isEqualTo(100);
    assertThat(pauses.subList(0, 3))
        .containsExactly(Duration.ofMillis(200), Duration.ofMillis(400), Duration.ofMillis(800));
    assertThat(Collections.max(pauses)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void faultOfOursIsTriedForAMinuteAndSetAside() {
    submissionFailures.addAll(Collections.nCopies(100, new IllegalStateException("a fault")));

    handle(handler(Map.of()), Events.binary(Events.picture("1")));

    assertThat(letters).singleElement().extracting(Problem::reason).isEqualTo(Reason.INTERNAL);
    assertThat(pauses.stream().mapToLong(Duration::toMillis).sum()).isBetween(50_000L, 75_000L);
  }

  @Test
  void refusedEventIsSetAsideWithItsReason() {
    submissionFailures.add(new RejectedException(Reason.MODEL_UNKNOWN, "model: 'x'"));

    handle(handler(Map.of()), Events.binary(Events.picture("1")));

    assertThat(letters).containsExactly(new Problem(Reason.MODEL_UNKNOWN, "model: 'x'"));
    assertThat(counters.dead(Reason.MODEL_UNKNOWN)).isEqualTo(1);
    assertThat(pauses).isEmpty();
  }

  @Test
  void letterIsWrittenUntilItIsConfirmed() {
    letterFailures.addAll(Collections.nCopies(30, new IllegalStateException("away")));

    handle(handler(Map.of()), Events.bare("rubbish"));

    assertThat(letters).hasSize(1);
    assertThat(counters.retried()).isEqualTo(30);
  }

  @Test
  void unmatchedEventIsIgnoredOrSetAside() {
    Map<String, String> rule = Map.of("vignette.intake.rules[0].match.type", "other");

    handle(handler(rule), Events.binary(Events.json("1", "{}")));
    assertThat(letters).isEmpty();
    assertThat(counters.ignored(SkipCause.NO_RULE)).isEqualTo(1);

    handle(handler(rule, Unmatched.DEAD), Events.binary(Events.json("1", "{}")));
    assertThat(letters).singleElement().extracting(Problem::reason).isEqualTo(Reason.EVENT_NO_RULE);
  }

  @Test
  void goodPicturesOfARecordAreTakenAndTheRestIsSetAsideOnce() {
    handle(
        handler(Map.of()),
        Events.bare(
            Events.s3(
                Events.s3Record("ObjectCreated:Put", "a.png", ""),
                Events.s3Record("ObjectCreated:Put", "%zz", ""),
                Events.s3Record("ObjectCreated:Put", "empty.png", ",\"size\":0"))));

    assertThat(requests).hasSize(1);
    assertThat(letters).hasSize(1);
    assertThat(letters.getFirst().reason()).isEqualTo(Reason.EVENT_UNREADABLE);
    assertThat(letters.getFirst().message()).startsWith("2 of 3 pictures, the first: Records[1]");
    assertThat(counters.dead(Reason.EVENT_UNREADABLE)).isEqualTo(1);
    assertThat(counters.dead(Reason.IMAGE_EMPTY)).isEqualTo(1);
  }

  /** A notification is one record, whatever it names. */
  @Test
  void picturesOfOneRecordDoNotAllBecomeJobsAtOnce() {
    Deque<CompletableFuture<JobId>> open = new ConcurrentLinkedDeque<>();
    EventHandler handler =
        handler(
            Map.of(),
            Unmatched.IGNORE,
            (request, trace) -> {
              CompletableFuture<JobId> job = new CompletableFuture<>();
              open.add(job);
              return job;
            });
    String[] pictures = new String[100];
    Arrays.setAll(pictures, i -> Events.s3Record("ObjectCreated:Put", i + ".png", ""));

    CompletableFuture<Void> handled = handler.handle(Events.bare(Events.s3(pictures)));

    int ended = 0;
    while (ended < pictures.length) {
      int expected = Math.min(16, pictures.length - ended);
      await().untilAsserted(() -> assertThat(open).hasSize(expected));
      for (int i = 0; i < expected; i++) {
        open.remove().complete(JobId.named(new byte[32], "tenant", "key"));
        ended++;
      }
    }
    assertThat(handled).succeedsWithin(Duration.ofSeconds(30));
    assertThat(counters.submitted()).isEqualTo(pictures.length);
  }

  /** Whatever the record: it ends, with one outcome for each thing found in it. */
  @Test
  void rubbishOfAllKindsEnds() {
    Random random = new Random(SEED);
    EventReader reader = new EventReader();
    EventHandler handler = handler(Map.of());
    for (int round = 0; round < 5000; round++) {
      ConsumerRecord<byte[], byte[]> record = rubbish(random);
      long before = outcomes();

      handle(handler, record);

      assertThat(outcomes() - before)
          .as("seed %d round %d", SEED, round)
          .isEqualTo(reader.read(record).size())
          .isPositive();
    }
  }

  private static ConsumerRecord<byte[], byte[]> rubbish(Random random) {
    List<ConsumerRecord<byte[], byte[]>> samples =
        List.of(
            Events.binary(Events.picture("1")),
            Events.structured(Events.picture("1")),
            Events.binary(Events.json("1", "{\"image\":{\"url\":\"https://example.org/a\"}}")),
            Events.structured(Events.json("1", "{\"image\":{\"blob\":\"b\"},\"prompts\":[]}")),
            Events.bare(
                Events.s3(
                    Events.s3Record("ObjectCreated:Put", "a+b.png", ",\"size\":1"),
                    Events.s3Record("ObjectRemoved:Delete", "a", ""))),
            Events.bare("{\"Event\":\"s3:TestEvent\"}"),
            Events.bare("[".repeat(random.nextInt(3000))));
    ConsumerRecord<byte[], byte[]> sample = samples.get(random.nextInt(samples.size()));
    RecordHeaders headers = new RecordHeaders();
    sample
        .headers()
        .forEach(
            header -> {
              if (random.nextInt(6) > 0) {
                headers.add(header.key(), damaged(random, header.value()));
              }
            });
    return Events.record(random.nextInt(20) == 0 ? null : damaged(random, sample.value()), headers);
  }

  private static byte[] damaged(Random random, byte[] bytes) {
    byte[] copy =
        random.nextInt(4) == 0
            ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1))
            : bytes.clone();
    for (int flips = random.nextInt(4); flips > 0 && copy.length > 0; flips--) {
      copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
    }
    return copy;
  }

  private long outcomes() {
    return counters.submitted()
        + Arrays.stream(SkipCause.values()).mapToLong(counters::ignored).sum()
        + Arrays.stream(Reason.values()).mapToLong(counters::dead).sum();
  }

  private static void handle(EventHandler handler, ConsumerRecord<byte[], byte[]> record) {
    assertThat(handler.handle(record)).succeedsWithin(Duration.ofSeconds(30));
  }

  private EventHandler handler(Map<String, String> config) {
    return handler(config, Unmatched.IGNORE);
  }

  private EventHandler handler(Map<String, String> config, Unmatched unmatched) {
    return handler(config, unmatched, this::submit);
  }

  private EventHandler handler(Map<String, String> config, Unmatched unmatched, JobDoor jobs) {
    return new EventHandler(
        Intakes.rules(config),
        unmatched,
        jobs,
        (event, problem) -> write(problem),
        new Retries(
            (pause, task) -> {
              pauses.add(pause);
              task.run();
            }),
        counters);
  }

  private CompletionStage<JobId> submit(CaptionRequest request, TraceContext trace) {
    if (!submissionFailures.isEmpty()) {
      return CompletableFuture.failedStage(submissionFailures.remove());
    }
    assertThat(trace.isNone()).isFalse();
    requests.add(request);
    return CompletableFuture.completedStage(
        JobId.named(new byte[32], request.tenant(), request.idempotencyKey().orElseThrow()));
  }

  private CompletionStage<Void> write(Problem problem) {
    if (!letterFailures.isEmpty()) {
      return CompletableFuture.failedStage(letterFailures.remove());
    }
    letters.add(problem);
    return CompletableFuture.completedStage(null);
  }
}
