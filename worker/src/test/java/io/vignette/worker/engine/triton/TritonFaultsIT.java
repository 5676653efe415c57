package io.vignette.worker.engine.triton;

import static io.vignette.worker.engine.triton.FaultsOnDemand.BREAKS;
import static io.vignette.worker.engine.triton.FaultsOnDemand.NOT_A_NUMBER;
import static io.vignette.worker.engine.triton.FaultsOnDemand.NO_WORD;
import static io.vignette.worker.engine.triton.FaultsOnDemand.QUEUE;
import static io.vignette.worker.engine.triton.FaultsOnDemand.ROWS;
import static io.vignette.worker.engine.triton.FaultsOnDemand.SHORTER_THAN_SLOW;
import static io.vignette.worker.engine.triton.FaultsOnDemand.SLOW;
import static io.vignette.worker.engine.triton.FaultsOnDemand.SOUND;
import static io.vignette.worker.engine.triton.TritonFixture.WATCHFUL;
import static io.vignette.worker.engine.triton.TritonFixture.WITHOUT_PROBES;
import static io.vignette.worker.engine.triton.TritonFixture.assertFails;
import static io.vignette.worker.engine.triton.TritonFixture.awaitState;
import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.testkit.triton.InRounds;
import io.vignette.testkit.triton.NeedsTriton;
import io.vignette.worker.batch.BatchRequest;
import io.vignette.worker.batch.BatchSettings;
import io.vignette.worker.batch.BatchedAnswer;
import io.vignette.worker.batch.Batcher;
import io.vignette.worker.engine.EngineHealth.State;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceFailure.Kind;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Whatever befalls a real server ends in the right caption or a typed failure, and the adapter is
 * well again afterwards.
 */
@NeedsTriton
@InRounds
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TritonFaultsIT {
  private FaultyTriton triton;

  @BeforeAll
  void startServer() throws Exception {
    triton = FaultyTriton.start();
  }

  @AfterAll
  void stopServer() {
    triton.close();
  }

  @AfterEach
  void endTest() {
    triton.endTest();
  }

  // Too busy, too slow.

  @Test
  void aFullQueueIsOverloadNotIllness() throws Exception {
    TritonEngine engine = triton.fixture.connect(WITHOUT_PROBES);

    List<InferenceFailure> failures = triton.failures(triton.inferMany(engine, SLOW));

    assertThat(failures)
        .allSatisfy(TritonFaultsIT::assertOverload)
        .anySatisfy(failure -> assertThat(failure).hasMessageContaining("queue size"))
        .hasSizeLessThan(4 * QUEUE * ROWS);
    triton.becomesWell(engine);
  }

  @Test
  void aWaitTooLongInTheQueueIsOverloadNotIllness() throws Exception {
    TritonEngine engine = triton.fixture.connect(WITHOUT_PROBES);

    InferenceCall first = infer(engine, SLOW);
    InferenceCall second = infer(engine, SLOW);

    List<InferenceFailure> failures = triton.failures(List.of(first, second));
    assertThat(failures)
        .hasSize(ROWS)
        .allSatisfy(TritonFaultsIT::assertOverload)
        .allSatisfy(failure -> assertThat(failure).hasMessageContaining("timeout expired"));
    triton.becomesWell(engine);
  }

  @Test
  void anAnswerAfterTheDeadlineIsExpired() throws Exception {
    TritonEngine engine = triton.fixture.connect(WITHOUT_PROBES);

    InferenceCall call =
        triton.fixture.infer(engine, triton.batch(SLOW), Instant.now().plus(SHORTER_THAN_SLOW));

    assertFails(call, Kind.EXPIRED);
    triton.becomesWell(engine);
  }

  @Test
  void anAnswerAfterTheLongestTimeIsATimeoutThoughTheDeadlineIsFar() throws Exception {
    TritonEngine engine =
        triton.fixture.connect(
            new TritonSettings.Timing(
                SHORTER_THAN_SLOW,
                WITHOUT_PROBES.probeEvery(),
                WITHOUT_PROBES.probeTimeout(),
                WITHOUT_PROBES.retryEvery()));

    InferenceCall call = infer(engine, SLOW);

    assertFails(call, Kind.TIMEOUT);
    triton.becomesWell(engine);
  }

  // Nonsense.

  @Test
  void nonsenseCostsOnlyThePictureItIsAbout() throws Exception {
    TritonEngine engine = triton.fixture.connect(WITHOUT_PROBES);

    List<CompletionStage<List<GeneratedText>>> items =
        triton
            .fixture
            .infer(
                engine,
                List.of(
                    triton.fixture.caption(NO_WORD),
                    triton.fixture.caption(SOUND),
                    triton.fixture.caption(NOT_A_NUMBER)))
            .items();

    assertFails(items.get(0), Kind.DEGENERATE, "token: 1099511627776");
    triton.fixture.assertCaption(items.get(1));
    assertFails(items.get(2), Kind.DEGENERATE, "score: NaN");
    triton.becomesWell(engine);
  }

  @Test
  void onlyThePictureThatBreaksTheModelFails() throws Exception {
    TritonEngine engine = triton.fixture.connect(WITHOUT_PROBES);

    try (Batcher batcher = new Batcher(engine, BatchSettings.DEFAULT, () -> 0, Clock.systemUTC())) {
      List<CompletableFuture<BatchedAnswer>> answers = new ArrayList<>();
      for (int limit : new int[] {SOUND, SOUND, SOUND, BREAKS, SOUND, SOUND}) {
        answers.add(batcher.submit(request(limit)));
      }

      assertFails(answers.remove(3), Kind.BACKEND, "broken on demand");
      for (CompletableFuture<BatchedAnswer> answer : answers) {
        triton.fixture.assertCaption(answer.thenApply(BatchedAnswer::texts));
      }
    }
    triton.becomesWell(engine);
  }

  private BatchRequest request(int maxNewTokens) throws Exception {
    return new BatchRequest(
        triton.fixture.model,
        triton.fixture.caption(maxNewTokens),
        Instant.now().plus(TritonFixture.PATIENCE),
        false,
        false);
  }

  // Other models.

  @Test
  void aModelThatTheServerLacksIsNamedUntilItIsThere() throws Exception {
    triton.server.unload(triton.model());

    TritonEngine engine = triton.fixture.begin(WATCHFUL);

    FaultyTriton.awaitDetail(engine, State.STARTING, triton.model() + ": NOT_FOUND");
    assertNotReady(engine);
    triton.server.load(triton.model());
    triton.becomesWell(engine);
  }

  @Test
  void aModelUnloadedUnderTheAdapterIsUnavailableUntilItIsLoaded() throws Exception {
    TritonEngine engine = triton.fixture.connect(WITHOUT_PROBES);
    triton.server.unload(triton.model());

    assertFails(infer(engine, SOUND).items().getFirst(), Kind.UNAVAILABLE, "NOT_FOUND");

    assertThat(engine.health().state()).isEqualTo(State.UNAVAILABLE);
    triton.server.load(triton.model());
    triton.becomesWell(engine);
  }

  @Test
  void aModelOfAnotherShapeIsNamedWithBothSidesUntilItIsMended() throws Exception {
    triton.replace(FaultsOnDemand::announceTwoLimitsARow);
    TritonEngine engine;
    try {
      engine = triton.fixture.begin(WATCHFUL);

      FaultyTriton.awaitDetail(
          engine, State.UNAVAILABLE, otherShape(triton.model()), otherShape(triton.llm()));
      assertNotReady(engine);
    } finally {
      triton.replace(FaultsOnDemand::announceOneLimitARow);
    }
    triton.becomesWell(engine);
  }

  @Test
  void aModelReplacedByOneOfAnotherShapeCostsNoPictureItsJob() throws Exception {
    TritonEngine engine = triton.fixture.connect(WITHOUT_PROBES);
    triton.replace(FaultsOnDemand::announceTwoLimitsARow);
    try {
      assertFails(infer(engine, SOUND), Kind.UNAVAILABLE);

      FaultyTriton.awaitDetail(
          engine, State.UNAVAILABLE, otherShape(triton.model()), otherShape(triton.llm()));
    } finally {
      triton.replace(FaultsOnDemand::announceOneLimitARow);
    }
    triton.becomesWell(engine);
  }

  private static String otherShape(String name) {
    return name + ": input max_new_tokens: server has INT64[-1, 2] (expected: INT64[-1, 1])";
  }

  @Test
  void aModelReplacedByOneThatTakesFewerPicturesIsNoticedWithTheFirstRefusal() throws Exception {
    TritonEngine engine = triton.fixture.connect(WITHOUT_PROBES);
    triton.replace(FaultsOnDemand::takeFewerRows);
    try {
      assertFails(infer(engine, SOUND), Kind.INVALID_INPUT);

      triton.becomesWell(engine);
    } finally {
      triton.replace(FaultsOnDemand::takeAsManyRowsAsBefore);
    }
    triton.becomesWell(engine);
  }

  // Gone, standing still, half dead.

  @Test
  void aKilledServerIsUnavailableUntilItIsBack() throws Exception {
    TritonEngine engine = triton.fixture.connect(WATCHFUL);
    triton.server.kill();

    awaitState(engine, State.UNAVAILABLE);
    assertFails(infer(engine, SOUND), Kind.UNAVAILABLE);

    triton.server.restart();
    triton.becomesWell(engine);
  }

  @Test
  void aServerKilledUnderABatchFailsItAsUnavailable() throws Exception {
    TritonEngine engine = triton.fixture.connect(WITHOUT_PROBES);
    InferenceCall call = infer(engine, SLOW);

    triton.server.kill();

    assertFails(call, Kind.UNAVAILABLE);
    triton.server.restart();
    triton.becomesWell(engine);
  }

  @Test
  void aPausedServerIsUnavailableUntilItGoesOn() throws Exception {
    TritonEngine engine = triton.fixture.connect(WATCHFUL);
    triton.server.pause();
    try {
      FaultyTriton.awaitDetail(engine, State.UNAVAILABLE, "DEADLINE_EXCEEDED");
    } finally {
      triton.server.resume();
    }

    triton.supervise(engine);
    triton.becomesWell(engine);
  }

  @Test
  void aDeadBackendIsNoticedThoughTheServerCallsItReady() throws Exception {
    TritonEngine engine = triton.fixture.connect(WITHOUT_PROBES);
    triton.server.killBackend(triton.llm());

    assertFails(infer(engine, SOUND), Kind.UNAVAILABLE);

    assertThat(triton.server.isReady(triton.model())).isTrue();
    assertThat(engine.health().state()).isEqualTo(State.UNAVAILABLE);
    triton.server.restart();
    triton.becomesWell(engine);
  }

  @Test
  void aDeadBackendBehindAFullQueueBlamesNoPicture() throws Exception {
    TritonEngine engine = triton.fixture.connect(WATCHFUL);
    triton.server.killBackend(triton.llm());

    List<InferenceFailure> failures = triton.failures(triton.inferMany(engine, SOUND));

    assertThat(failures)
        .hasSize(4 * QUEUE * ROWS)
        .extracting(InferenceFailure::kind)
        .isSubsetOf(Kind.OVERLOADED, Kind.UNAVAILABLE);
    awaitState(engine, State.UNAVAILABLE);
    triton.server.restart();
    triton.becomesWell(engine);
  }

  private static void assertOverload(InferenceFailure failure) {
    assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(Kind.OVERLOADED);
  }

  private void assertNotReady(TritonEngine engine) throws Exception {
    assertThat(engine.ready().toCompletableFuture()).isNotDone();
    assertFails(infer(engine, SOUND), Kind.UNAVAILABLE);
  }

  private InferenceCall infer(TritonEngine engine, int maxNewTokens) throws Exception {
    return triton.fixture.infer(engine, triton.batch(maxNewTokens));
  }
}
