package io.vignette.worker.batch;

import static io.vignette.worker.batch.Requests.LATER;
import static io.vignette.worker.batch.Requests.MODEL;
import static io.vignette.worker.batch.Requests.NOW;
import static io.vignette.worker.batch.Requests.alone;
import static io.vignette.worker.batch.Requests.bulk;
import static io.vignette.worker.batch.Requests.interactive;
import static io.vignette.worker.batch.Requests.withDeadline;
import static io.vignette.worker.batch.Requests.withPromptTokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceFailure.Kind;
import io.vignette.worker.engine.InferenceItem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatcherTest {
  private static final Duration LINGER = Duration.ofMillis(20);

  private final AtomicInteger onTheirWay = new AtomicInteger();
  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
  private final HandDrivenEngine engine = new HandDrivenEngine();
  private final Batcher batcher = batcher(2, 100);

  @Test
  void aLoneRequestGoesAtOnce() {
    CompletableFuture<BatchedAnswer> answer = batcher.submit(bulk(1));

    assertThat(engine.call(0).ids()).containsExactly(1);
    assertThat(answer).isNotDone();
  }

  @Test
  void aBulkRequestLingersForTheOnesOnTheirWay() {
    onTheirWay.set(2);
    submit(bulk(1), bulk(2));
    assertThat(engine.calls()).isEmpty();

    onTheirWay.set(0);
    submit(bulk(3));

    assertThat(idsFrom(0)).containsExactly(List.of(1, 2, 3));
  }

  @Test
  void aFullBatchDoesNotLinger() {
    onTheirWay.set(100);

    submit(range(0, MODEL.preferredBatchSize()));

    assertThat(engine.calls()).hasSize(1);
  }

  @Test
  void lingeringEndsInTime() {
    onTheirWay.set(1);
    submit(bulk(1));
    assertThat(engine.calls()).isEmpty();

    now.set(NOW.plus(LINGER));

    await().untilAsserted(() -> assertThat(idsFrom(0)).containsExactly(List.of(1)));
  }

  @Test
  void interactiveAndLonelyRequestsDoNotLinger() {
    onTheirWay.set(9);

    submit(interactive(1), alone(2));

    assertThat(idsFrom(0)).containsExactly(List.of(1), List.of(2));
  }

  @Test
  void anAnswerTellsHowItCameAbout() {
    submit(bulk(1), bulk(2));
    CompletableFuture<BatchedAnswer> answer = batcher.submit(bulk(3));
    now.set(NOW.plusMillis(30));
    engine.call(0).succeed();
    now.set(NOW.plusMillis(70));
    engine.call(2).succeed();

    BatchedAnswer done = answer.join();

    assertThat(done.texts())
        .singleElement()
        .satisfies(t -> assertThat(t.tokenIds()).containsExactly(3));
    assertThat(done.batchSize()).isEqualTo(1);
    assertThat(done.waited()).isEqualTo(Duration.ofMillis(30));
    assertThat(done.inferred()).isEqualTo(Duration.ofMillis(40));
  }

  @Test
  void batchesFillWhileTheWindowIsFullAndGoAsSoonAsItIsNot() {
    submit(bulk(1), bulk(2), bulk(3), bulk(4), bulk(5));
    assertThat(engine.calls()).hasSize(2);
    assertThat(batcher.inFlight()).isEqualTo(2);

    engine.call(1).succeed();

    assertThat(engine.calls()).hasSize(3);
    assertThat(engine.call(2).ids()).containsExactly(3, 4, 5);
  }

  @Test
  void batchesAreNeverLargerThanPreferred() {
    submit(range(0, 40));

    engine.run(Set.of());

    assertThat(engine.calls())
        .extracting(call -> call.ids().size())
        .containsExactly(1, 1, 16, 16, 6);
    assertThat(batcher.held()).isZero();
  }

  @Test
  void promptsOfDifferentLengthShareNoBatch() {
    fillWindow();
    submit(withPromptTokens(1, 8), withPromptTokens(2, 9), withPromptTokens(3, 1));

    engine.run(Set.of());

    assertThat(idsFrom(2)).containsExactly(List.of(1, 3), List.of(2));
  }

  @Test
  void modelsShareNoBatch() {
    fillWindow();
    submit(
        Requests.request(Requests.model("a", 16), 1, 3, LATER, false, false),
        Requests.request(Requests.model("b", 16), 2, 3, LATER, false, false),
        Requests.request(Requests.model("a", 16), 3, 3, LATER, false, false));

    engine.run(Set.of());

    assertThat(idsFrom(2)).containsExactly(List.of(1, 3), List.of(2));
  }

  @Test
  void theBucketThatHasWaitedLongestGoesFirst() {
    fillWindow();
    submit(withPromptTokens(1, 20));
    for (int round = 0; round < 5; round++) {
      now.set(NOW.plusMillis(round + 1));
      submit(range(10 * round, 10 * round + 20));
    }

    engine.call(0).succeed();

    assertThat(engine.calls().getLast().ids()).containsExactly(1);
  }

  @Test
  void interactiveRequestsGoAheadOfBulk() {
    fillWindow();
    submit(range(0, 20));
    now.set(NOW.plusMillis(5));
    submit(interactive(100), interactive(101));

    engine.call(0).succeed();

    assertThat(engine.calls().getLast().ids()).hasSize(16).startsWith(100, 101, 0, 1);
  }

  @Test
  void bulkIsNotPutOffForLongerThanTheHeadStart() {
    fillWindow();
    submit(bulk(1));
    now.set(NOW.plusSeconds(11));
    submit(interactive(2));

    engine.call(0).succeed();

    assertThat(engine.calls().getLast().ids()).containsExactly(1, 2);
  }

  @Test
  void requestsThatGoAloneShareNoBatch() {
    fillWindow();
    submit(bulk(1), alone(2), bulk(3), alone(4));

    engine.run(Set.of());

    assertThat(idsFrom(2)).containsExactlyInAnyOrder(List.of(1, 3), List.of(2), List.of(4));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 15})
  void onlyTheCulpritOfAFailedBatchFails(int culprit) {
    fillWindow();
    List<CompletableFuture<BatchedAnswer>> answers = submit(range(0, 16));

    engine.run(Set.of(culprit));

    for (int i = 0; i < 16; i++) {
      if (i == culprit) {
        assertFails(answers.get(i), Kind.BACKEND);
      } else {
        assertThat(answers.get(i).join().texts().getFirst().tokenIds()).containsExactly(i);
      }
    }
    assertThat(engine.calls().size() - 2).isLessThanOrEqualTo(1 + 2 * 4);
  }

  @Test
  void severalCulpritsAreAllFound() {
    fillWindow();
    List<CompletableFuture<BatchedAnswer>> answers = submit(range(0, 16));

    engine.run(Set.of(3, 4, 12));

    assertThat(answers.stream().filter(CompletableFuture::isCompletedExceptionally)).hasSize(3);
    assertThat(batcher.held()).isZero();
    assertThat(batcher.inFlight()).isZero();
  }

  @Test
  void aSuspectPartTakesNobodyNewAboard() {
    fillWindow();
    submit(range(0, 4));
    engine.call(0).succeed();
    submit(bulk(50));

    engine.call(2).fail(InferenceFailure.backend("broken"));
    engine.call(1).succeed();

    assertThat(idsFrom(3)).startsWith(List.of(0, 1), List.of(2, 3));
  }

  @Test
  void aTransientFailureIsEverybodys() {
    fillWindow();
    List<CompletableFuture<BatchedAnswer>> answers = submit(range(0, 16));
    engine.call(0).succeed();

    engine.call(2).fail(InferenceFailure.unavailable("gone"));

    assertThat(answers).allSatisfy(answer -> assertFails(answer, Kind.UNAVAILABLE));
    assertThat(engine.calls()).hasSize(3);
  }

  @Test
  void aDegenerateAnswerCostsOnlyItsOwnRequest() {
    fillWindow();
    List<CompletableFuture<BatchedAnswer>> answers = submit(range(0, 3));
    engine.call(0).succeed();

    engine.call(2).fail(1, InferenceFailure.degenerate("score: NaN"));
    engine.call(2).succeed(0);
    engine.call(2).succeed(2);

    assertThat(answers.get(0)).isCompleted();
    assertFails(answers.get(1), Kind.DEGENERATE);
    assertThat(answers.get(2)).isCompleted();
    assertThat(engine.calls()).hasSize(3);
  }

  @Test
  void aWithdrawnRequestIsNotDispatched() {
    fillWindow();
    List<CompletableFuture<BatchedAnswer>> answers = submit(range(0, 3));

    answers.get(1).cancel(false);
    engine.run(Set.of());

    assertThat(idsFrom(2)).containsExactly(List.of(0, 2));
    assertThat(batcher.held()).isZero();
  }

  @Test
  void aBatchIsCancelledWhenNobodyAboardWantsIt() {
    fillWindow();
    List<CompletableFuture<BatchedAnswer>> answers = submit(range(0, 2));
    engine.call(0).succeed();

    answers.get(0).cancel(false);
    assertThat(engine.call(2).isCancelled()).isFalse();
    answers.get(1).cancel(false);

    assertThat(engine.call(2).isCancelled()).isTrue();
    assertThat(batcher.inFlight()).isEqualTo(2);
    engine.call(2).fail(InferenceFailure.cancelled("cancelled"));
    assertThat(batcher.inFlight()).isEqualTo(1);
  }

  @Test
  void aBatchIsCancelledWhenWhoStillWantedItHasArrived() {
    fillWindow();
    List<CompletableFuture<BatchedAnswer>> answers = submit(range(0, 2));
    engine.call(0).succeed();
    answers.get(0).cancel(false);

    engine.call(2).succeed(1);

    assertThat(engine.call(2).isCancelled()).isTrue();
  }

  @Test
  void anExpiredRequestIsNotDispatched() {
    fillWindow();
    CompletableFuture<BatchedAnswer> late = batcher.submit(withDeadline(1, NOW.plusSeconds(1)));
    CompletableFuture<BatchedAnswer> inTime = batcher.submit(bulk(2));
    now.set(NOW.plusSeconds(1));

    engine.run(Set.of());

    assertFails(late, Kind.EXPIRED);
    assertThat(inTime).isCompleted();
    assertThat(idsFrom(2)).containsExactly(List.of(2));
  }

  @Test
  void aBatchMayTakeUntilTheLastDeadlineAboard() {
    fillWindow();
    submit(withDeadline(1, NOW.plusSeconds(5)), withDeadline(2, NOW.plusSeconds(9)));

    engine.call(0).succeed();

    assertThat(engine.call(2).deadline()).isEqualTo(NOW.plusSeconds(9));
  }

  @Test
  void moreThanItMayHoldIsRefused() {
    Batcher small = batcher(1, 2);
    small.submit(bulk(1));
    CompletableFuture<BatchedAnswer> second = small.submit(bulk(2));

    assertFails(small.submit(bulk(3)), Kind.OVERLOADED);
    second.cancel(false);

    assertThat(small.submit(bulk(4))).isNotDone();
  }

  @Test
  void requestsThatWouldBreakABatchAreRefusedAtTheDoor() {
    InferenceItem noPixels = new InferenceItem(new byte[2], bulk(1).item().prompts());
    InferenceItem noPrompt = new InferenceItem(new byte[3], List.of());
    InferenceItem tooLong =
        new InferenceItem(new byte[3], List.of(new EncodedPrompt(new long[3], 9)));

    assertFails(submitItem(noPixels), Kind.INVALID_INPUT);
    assertFails(submitItem(noPrompt), Kind.INVALID_INPUT);
    assertFails(submitItem(tooLong), Kind.INVALID_INPUT);
    assertFails(batcher.submit(withPromptTokens(1, 33)), Kind.INVALID_INPUT);
    assertThat(engine.calls()).isEmpty();
  }

  @Test
  void drainingFinishesWhatIsHeldAndRefusesMore() {
    fillWindow();
    List<CompletableFuture<BatchedAnswer>> answers = submit(range(0, 20));

    CompletableFuture<Void> drained = batcher.drain().toCompletableFuture();
    assertFails(batcher.submit(bulk(99)), Kind.UNAVAILABLE);
    assertThat(drained).isNotDone();
    engine.run(Set.of(7));

    assertThat(drained).isCompleted();
    assertThat(answers).allSatisfy(answer -> assertThat(answer).isDone());
    assertThat(batcher.drain().toCompletableFuture()).isCompleted();
  }

  @Test
  void closingFailsWhatWaitsAndCancelsWhatIsInFlight() {
    List<CompletableFuture<BatchedAnswer>> answers = submit(range(0, 20));

    batcher.close();
    batcher.close();

    assertThat(answers).allSatisfy(answer -> assertFails(answer, Kind.UNAVAILABLE));
    assertThat(engine.calls()).hasSize(2).allMatch(HandDrivenEngine.HandCall::isCancelled);
    assertFails(batcher.submit(bulk(1)), Kind.UNAVAILABLE);
    engine.run(Set.of());
    assertThat(engine.calls()).hasSize(2);
  }

  private Batcher batcher(int inFlightMax, int heldMax) {
    return new Batcher(
        engine,
        new BatchSettings(inFlightMax, heldMax, Duration.ofSeconds(10), LINGER),
        onTheirWay::get,
        clock);
  }

  private void fillWindow() {
    submit(bulk(-1), bulk(-2));
  }

  private BatchRequest[] range(int from, int to) {
    return IntStream.range(from, to).mapToObj(Requests::bulk).toArray(BatchRequest[]::new);
  }

  private List<CompletableFuture<BatchedAnswer>> submit(BatchRequest... requests) {
    List<CompletableFuture<BatchedAnswer>> answers = new ArrayList<>();
    for (BatchRequest request : requests) {
      answers.add(batcher.submit(request));
    }
    return answers;
  }

  private CompletableFuture<BatchedAnswer> submitItem(InferenceItem item) {
    return batcher.submit(new BatchRequest(MODEL, item, LATER, false, false));
  }

  private List<List<Integer>> idsFrom(int call) {
    return engine.calls().stream().skip(call).map(HandDrivenEngine.HandCall::ids).toList();
  }

  private static void assertFails(CompletableFuture<BatchedAnswer> answer, Kind kind) {
    assertThat(answer).isCompletedExceptionally();
    assertThatThrownBy(answer::join)
        .cause()
        .isInstanceOfSatisfying(
            InferenceFailure.class, failure -> assertThat(failure.kind()).isEqualTo(kind));
  }
}
