package io.vignette.worker.pipeline;

import static io.vignette.worker.lease.LaneKind.BULK;
import static io.vignette.worker.lease.LaneKind.INTERACTIVE;
import static io.vignette.worker.lease.LaneKind.SOLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.vignette.images.ImageRejectedException;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobEvent.FactCase;
import io.vignette.proto.v1.Origin;
import io.vignette.wire.Headers;
import io.vignette.wire.Reason;
import io.vignette.wire.TraceContext;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.lease.UnreadableJob;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobPipelineTest {
  private static final Duration SHORT_LEASE = Duration.ofSeconds(1);

  private final PipelineFixture bench = new PipelineFixture();

  @AfterEach
  void close() {
    bench.pipeline.close();
  }

  private void handle(LeasedJob job) {
    finish(bench.pipeline.handle(job));
  }

  private static void finish(CompletionStage<Void> handled) {
    handled.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private LeasedJob bulk() {
    return bench.leased(bench.job(), BULK, 1, 1);
  }

  private String failureCode() {
    assertThat(bench.last().getFactCase()).isEqualTo(FactCase.FAILED);
    return bench.last().getFailed().getError().getCode();
  }

  @Test
  void captionsAJob() {
    handle(bulk());

    assertThat(bench.facts()).containsExactly(FactCase.STARTED, FactCase.SUCCEEDED);
    JobEvent event = bench.last();
    Answer answer = event.getSucceeded().getAnswers(0);
    assertThat(answer.getText()).isEqualTo("a cat");
    assertThat(answer.getConfidence()).isCloseTo(Math.exp(-0.5), within(1e-9));
    assertThat(answer.getLowConfidence()).isFalse();
    assertThat(answer.getPromptTokens()).isEqualTo(2);
    assertThat(event.getSucceeded().getBatchSize()).isEqualTo(4);
    assertThat(event.getSucceeded().getModelVersion()).isEqualTo("7");
    assertThat(event.getSucceeded().getTimings().getDecodeUs()).isEqualTo(2);
    assertThat(event.getIdentity().getClientReference()).isEqualTo("ref");
  }

  @Test
  void marksAnAnswerTheModelIsUnsureOf() {
    bench.answer = PipelineFixture.answer("a cat", Math.log(0.49));

    handle(bulk());

    assertThat(bench.last().getSucceeded().getAnswers(0).getLowConfidence()).isTrue();
  }

  @Test
  void failsAnUnknownModel() {
    handle(bench.leased(bench.job().setModel("other"), BULK, 1, 1));

    assertThat(failureCode()).isEqualTo(Reason.MODEL_UNKNOWN.code());
  }

  @Test
  void failsWhatThePromptsCannotTake() {
    handle(
        bench.leased(
            bench.job().setGeneration(Generation.newBuilder().setMaxNewTokens(9)), BULK, 1, 1));

    assertThat(failureCode()).isEqualTo(Reason.GENERATION_TOO_LONG.code());
  }

  @Test
  void expiresAJobAfterItsDeadline() {
    handle(
        bench.leased(
            bench.job().setDeadline(PipelineFixture.timestamp(Instant.now().minusSeconds(5))),
            BULK,
            1,
            1));

    assertThat(bench.facts()).containsExactly(FactCase.EXPIRED);
  }

  @Test
  void cancelsAJobGivenUp() {
    bench.cancelled = true;

    handle(bulk());

    assertThat(bench.facts()).containsExactly(FactCase.CANCELLED);
  }

  @Test
  void cancelsAJobGivenUpDuringInference() {
    bench.answer = new CompletableFuture<>();
    bench.pipeline.start();
    CompletionStage<Void> handled = bench.pipeline.handle(bulk());

    bench.cancelled = true;
    finish(handled);

    assertThat(bench.last().getFactCase()).isEqualTo(FactCase.CANCELLED);
    await().untilAsserted(() -> assertThat(bench.answer).isCancelled());
  }

  @Test
  void failsABadPictureWithItsReason() {
    bench.prepared =
        CompletableFuture.failedFuture(ImageRejectedException.corrupt("jpeg: ends early"));

    handle(bulk());

    assertThat(failureCode()).isEqualTo(Reason.IMAGE_CORRUPT.code());
    assertThat(bench.last().getFailed().getError().getStage()).isEqualTo("decode");
    assertThat(bench.last().getFailed().getOrigin().getDeliveryCount()).isEqualTo(1);
  }

  @Test
  void aPictureThatTheEngineTakesTooLongForSpendsItsAttempts() {
    bench.answer = new CompletableFuture<>();
    bench.boards = true;
    bench.pipeline.start();

    handle(bench.leased(bench.job(), BULK, 1, 2, SHORT_LEASE));
    bench.answer = new CompletableFuture<>();
    handle(bench.leased(bench.job(), BULK, 1, 3, SHORT_LEASE));

    assertThat(bench.moved).hasSize(1);
    assertThat(bench.moved.getFirst().headers()).containsEntry(Headers.ATTEMPT, "3");
    assertThat(failureCode()).isEqualTo(Reason.JOB_TOO_MANY_ATTEMPTS.code());
    assertThat(bench.last().getFailed().getError().getMessage()).contains("not finished by");
  }

  @Test
  void aPictureWhoseEngineWentAwaySpendsNoAttempt() {
    bench.answer = new CompletableFuture<>();
    bench.boards = true;
    bench.engineReady = false;
    bench.pipeline.start();

    handle(bench.leased(bench.job(), BULK, 1, 3, SHORT_LEASE));

    assertThat(bench.moved).hasSize(1);
    assertThat(bench.moved.getFirst().headers()).containsEntry(Headers.ATTEMPT, "3");
  }

  @Test
  void aPictureThatOnlyWaitedSpendsNoAttempt() {
    bench.answer = new CompletableFuture<>();
    bench.pipeline.start();

    handle(bench.leased(bench.job(), BULK, 1, 3, SHORT_LEASE));

    assertThat(bench.moved).hasSize(1);
    assertThat(bench.moved.getFirst().headers()).containsEntry(Headers.ATTEMPT, "3");
  }

  @Test
  void failsAFaultAsInternalAndNamesItsClass() {
    bench.prepared = CompletableFuture.failedFuture(new ArithmeticException("/ by zero"));

    handle(bulk());

    assertThat(failureCode()).isEqualTo(Reason.INTERNAL.code());
    assertThat(bench.last().getFailed().getError().getMessage()).contains("ArithmeticException");
    assertThat(bench.faults).hasSize(1);
  }

  @Test
  void failsAnAnswerWithoutWords() {
    bench.words = " ";

    handle(bulk());

    assertThat(failureCode()).isEqualTo(Reason.INFERENCE_DEGENERATE.code());
  }

  @Test
  void failsAPermanentInferenceFailure() {
    bench.answer = PipelineFixture.failure(InferenceFailure.backend("model: broke"));

    handle(bulk());

    assertThat(failureCode()).isEqualTo(Reason.INFERENCE_FAILED.code());
  }

  @Test
  void retriesAPassingFailureInPlace() {
    bench.answer = PipelineFixture.failure(InferenceFailure.timeout("engine: silent"));
    CompletionStage<Void> handled = bench.pipeline.handle(bulk());

    bench.answer = PipelineFixture.answer("a cat", -0.1);
    finish(handled);

    assertThat(bench.facts()).containsExactly(FactCase.STARTED, FactCase.SUCCEEDED);
    assertThat(bench.batches).hasSizeGreaterThan(1);
  }

  @Test
  void delaysAJobWhosePassingFailureOutlastsItsBudget() {
    bench.answer = PipelineFixture.failure(InferenceFailure.timeout("engine: silent"));

    handle(bench.leased(bench.job(), BULK, 1, 1, SHORT_LEASE));

    assertThat(bench.moved).hasSize(1);
    assertThat(bench.moved.getFirst().topic()).isEqualTo("vignette.delay.10s");
    assertThat(bench.moved.getFirst().headers())
        .containsEntry(Headers.ATTEMPT, "2")
        .containsEntry(Headers.TARGET, "vignette.jobs.bulk")
        .containsEntry(Headers.TRACEPARENT, PipelineFixture.TRACE.parent())
        .containsKey(Headers.NOT_BEFORE);
    assertThat(bench.last().getFactCase()).isEqualTo(FactCase.RETRIED);
  }

  @Test
  void failsWhenTheLastAttemptIsSpent() {
    bench.answer = PipelineFixture.failure(InferenceFailure.timeout("engine: silent"));

    handle(bench.leased(bench.job(), BULK, 1, 3, SHORT_LEASE));

    assertThat(failureCode()).isEqualTo(Reason.JOB_TOO_MANY_ATTEMPTS.code());
    assertThat(bench.moved).isEmpty();
  }

  @Test
  void delaysWithoutSpendingTheAttemptWhileTheEngineIsAway() {
    bench.engineReady = false;
    bench.answer = PipelineFixture.failure(InferenceFailure.unavailable("engine: gone"));

    handle(bench.leased(bench.job(), INTERACTIVE, 1, 2));

    assertThat(bench.moved.getFirst().headers())
        .containsEntry(Headers.ATTEMPT, "2")
        .containsEntry(Headers.TARGET, "vignette.jobs.interactive");
    assertThat(bench.facts()).containsExactly(FactCase.STARTED);
  }

  @Test
  void delaysWithoutSpendingTheAttemptAtTheEndOfTheBudget() {
    bench.answer = new CompletableFuture<>();
    bench.pipeline.start();

    handle(bench.leased(bench.job(), BULK, 1, 1, Duration.ofMillis(400)));

    assertThat(bench.moved.getFirst().headers()).containsEntry(Headers.ATTEMPT, "1");
    await().untilAsserted(() -> assertThat(bench.answer).isCancelled());
  }

  @Test
  void movesARedeliveredJobToWhereItRunsAlone() {
    handle(bench.leased(bench.job(), BULK, 2, 1));

    assertThat(bench.moved.getFirst().topic()).isEqualTo("vignette.jobs.solo");
    assertThat(bench.events).isEmpty();
  }

  @Test
  void runsASuspectAlone() {
    handle(bench.leased(bench.job(), SOLO, 1, 1));

    assertThat(bench.batches.getFirst().alone()).isTrue();
    assertThat(bench.batches.getFirst().item().trace()).isEqualTo(PipelineFixture.TRACE);
    assertThat(bench.last().getFactCase()).isEqualTo(FactCase.SUCCEEDED);
  }

  @Test
  void failsASuspectDeliveredAloneTwice() {
    handle(bench.leased(bench.job(), SOLO, 2, 1));

    assertThat(failureCode()).isEqualTo(Reason.INFERENCE_POISON.code());
  }

  @Test
  void failsInWordsBeforeTheBrokerDropsTheJob() {
    handle(bench.leased(bench.job(), BULK, 4, 1));

    assertThat(failureCode()).isEqualTo(Reason.JOB_TOO_MANY_ATTEMPTS.code());
  }

  @Test
  void worksOnceOnARecordDeliveredAgainAfterItsEnd() {
    LeasedJob job = bulk();

    handle(job);
    handle(again(job));

    assertThat(bench.facts()).containsExactly(FactCase.STARTED, FactCase.SUCCEEDED);
    assertThat(bench.moved).isEmpty();
  }

  @Test
  void joinsARecordDeliveredAgainToItsRunningWork() {
    bench.answer = new CompletableFuture<>();
    LeasedJob job = bulk();
    CompletionStage<Void> first = bench.pipeline.handle(job);

    CompletionStage<Void> second = bench.pipeline.handle(again(job));
    bench.answer.complete(PipelineFixture.answer("a cat", -0.1).join());
    finish(first);
    finish(second);

    assertThat(bench.batches).hasSize(1);
  }

  @Test
  void doesNotSuspectAJobItGaveBackItself() {
    bench.kafkaDown = true;
    LeasedJob job = bench.leased(bench.job(), SOLO, 1, 1);
    CompletableFuture<Void> failed = bench.pipeline.handle(job).toCompletableFuture();
    assertThat(failed).failsWithin(Duration.ofSeconds(5));

    bench.kafkaDown = false;
    handle(again(job));

    assertThat(bench.last().getFactCase()).isEqualTo(FactCase.SUCCEEDED);
  }

  @Test
  void handsBackUnfinishedJobsToWhoeverIsFree() {
    bench.answer = new CompletableFuture<>();
    CompletionStage<Void> handled = bench.pipeline.handle(bulk());

    bench.pipeline.handBack();
    finish(handled);

    assertThat(bench.moved.getFirst().topic()).isEqualTo("vignette.jobs.bulk");
    assertThat(bench.moved.getFirst().headers()).containsEntry(Headers.ATTEMPT, "1");
    assertThat(bench.pipeline.inFlight()).isZero();
  }

  @Test
  void failsAnUnreadableRecordThatNamesAJob() {
    String id = bench.job().getJobId();

    finish(bench.pipeline.handleUnreadable(unreadable(id)));

    assertThat(failureCode()).isEqualTo(Reason.JOB_UNREADABLE.code());
    assertThat(bench.last().getJobId()).isEqualTo(id);
  }

  @Test
  void passesOverAnUnreadableRecordThatNamesNobody() {
    finish(bench.pipeline.handleUnreadable(unreadable("?")));

    assertThat(bench.events).isEmpty();
  }

  private static UnreadableJob unreadable(String key) {
    return new UnreadableJob(
        key, Origin.getDefaultInstance(), 1, TraceContext.NONE, "job: garbage");
  }

  private static LeasedJob again(LeasedJob job) {
    return new LeasedJob(
        job.job(),
        job.lane(),
        job.origin().toBuilder().setDeliveryCount(2).build(),
        job.attempt(),
        job.leasedUntil(),
        job.trace());
  }
}
