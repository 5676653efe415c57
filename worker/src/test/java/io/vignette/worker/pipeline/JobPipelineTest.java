package io.vignette.worker.pipeline;

import static io.vignette.worker.lease.LaneKind.BULK;
import static io.vignette.worker.lease.LaneKind.SOLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.vignette.images.ImageRejectedException;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.ImageReference;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobEvent.FactCase;
import io.vignette.proto.v1.Origin;
import io.vignette.testkit.BadRecords;
import io.vignette.wire.Headers;
import io.vignette.wire.Reason;
import io.vignette.wire.TraceContext;
import io.vignette.worker.batch.BatchedAnswer;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.lease.UnreadableJob;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobPipelineTest {
  private final PipelineFixture bench = new PipelineFixture();

  @AfterEach
  void close() {
    bench.pipeline.close();
  }

  private LeasedJob bulk() {
    return bench.leased(bench.job(), BULK, 1, 1);
  }

  @Test
  void statesTheStartOfAnAttemptThatTakesLong() {
    CompletableFuture<BatchedAnswer> slow = new CompletableFuture<>();
    bench.answer = slow;
    bench.pipeline.start();

    CompletionStage<Void> handled = bench.pipeline.handle(bulk());
    await().untilAsserted(() -> assertThat(bench.facts()).containsExactly(FactCase.STARTED));
    slow.complete(PipelineFixture.answer("a cat", -0.5).join());

    PipelineFixture.finish(handled);
    assertThat(bench.facts()).containsExactly(FactCase.STARTED, FactCase.SUCCEEDED);
  }

  @Test
  void captionsAJob() {
    bench.handle(bulk());

    assertThat(bench.facts()).containsExactly(FactCase.SUCCEEDED);
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

    bench.handle(bulk());

    assertThat(bench.last().getSucceeded().getAnswers(0).getLowConfidence()).isTrue();
  }

  @Test
  void failsAnUnknownModel() {
    bench.handle(bench.leased(bench.job().setModel("other"), BULK, 1, 1));

    assertThat(bench.failureCode()).isEqualTo(Reason.MODEL_UNKNOWN.code());
  }

  @Test
  void failsWhatThePromptsCannotTake() {
    bench.handle(
        bench.leased(
            bench.job().setGeneration(Generation.newBuilder().setMaxNewTokens(9)), BULK, 1, 1));

    assertThat(bench.failureCode()).isEqualTo(Reason.GENERATION_TOO_LONG.code());
  }

  @Test
  void expiresAJobAfterItsDeadline() {
    bench.handle(
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

    bench.handle(bulk());

    assertThat(bench.facts()).containsExactly(FactCase.CANCELLED);
  }

  @Test
  void cancelsAJobGivenUpDuringInference() {
    bench.answer = new CompletableFuture<>();
    bench.pipeline.start();
    CompletionStage<Void> handled = bench.pipeline.handle(bulk());

    bench.cancelled = true;
    PipelineFixture.finish(handled);

    assertThat(bench.last().getFactCase()).isEqualTo(FactCase.CANCELLED);
    await().untilAsserted(() -> assertThat(bench.answer).isCancelled());
  }

  @Test
  void failsABadPictureWithItsReason() {
    bench.prepared =
        CompletableFuture.failedFuture(ImageRejectedException.corrupt("jpeg: ends early"));

    bench.handle(bulk());

    assertThat(bench.failureCode()).isEqualTo(Reason.IMAGE_CORRUPT.code());
    assertThat(bench.last().getFailed().getError().getStage()).isEqualTo("decode");
    assertThat(bench.last().getFailed().getOrigin().getDeliveryCount()).isEqualTo(1);
  }

  @Test
  void failsAFaultAsInternalAndNamesItsClass() {
    bench.prepared = CompletableFuture.failedFuture(new ArithmeticException("/ by zero"));

    bench.handle(bulk());

    assertThat(bench.failureCode()).isEqualTo(Reason.INTERNAL.code());
    assertThat(bench.last().getFailed().getError().getMessage()).contains("ArithmeticException");
    assertThat(bench.faults).hasSize(1);
  }

  @Test
  void failsAnAnswerWithoutWords() {
    bench.words = " ";

    bench.handle(bulk());

    assertThat(bench.failureCode()).isEqualTo(Reason.INFERENCE_DEGENERATE.code());
  }

  @Test
  void failsAPermanentInferenceFailure() {
    bench.answer = PipelineFixture.failure(InferenceFailure.backend("model: broke"));

    bench.handle(bulk());

    assertThat(bench.failureCode()).isEqualTo(Reason.INFERENCE_FAILED.code());
  }

  @Test
  void movesARedeliveredJobToWhereItRunsAlone() {
    bench.handle(bench.leased(bench.job(), BULK, 2, 1));

    assertThat(bench.moved.getFirst().topic()).isEqualTo("vignette.jobs.solo");
    assertThat(bench.events).isEmpty();
  }

  @Test
  void runsASuspectAlone() {
    bench.handle(bench.leased(bench.job(), SOLO, 1, 1));

    assertThat(bench.batches.getFirst().alone()).isTrue();
    assertThat(bench.batches.getFirst().item().trace()).isEqualTo(PipelineFixture.TRACE);
    assertThat(bench.last().getFactCase()).isEqualTo(FactCase.SUCCEEDED);
  }

  /** However often it was delivered: that alone says nothing against it. */
  @Test
  void isTriedAsASuspectBeforeTheBrokerDropsTheJob() {
    bench.handle(bench.leased(bench.job(), BULK, 4, 1));

    assertThat(bench.moved.getFirst().topic()).isEqualTo("vignette.jobs.solo");
    assertThat(bench.events).isEmpty();
  }

  @Test
  void worksOnceOnARecordDeliveredAgainAfterItsEnd() {
    LeasedJob job = bulk();

    bench.handle(job);
    bench.handle(again(job));

    assertThat(bench.facts()).containsExactly(FactCase.SUCCEEDED);
    assertThat(bench.moved).isEmpty();
  }

  @Test
  void joinsARecordDeliveredAgainToItsRunningWork() {
    bench.answer = new CompletableFuture<>();
    LeasedJob job = bulk();
    CompletionStage<Void> first = bench.pipeline.handle(job);

    CompletionStage<Void> second = bench.pipeline.handle(again(job));
    bench.answer.complete(PipelineFixture.answer("a cat", -0.1).join());
    PipelineFixture.finish(first);
    PipelineFixture.finish(second);

    assertThat(bench.batches).hasSize(1);
  }

  @Test
  void doesNotSuspectAJobItGaveBackItself() {
    bench.kafkaDown = true;
    LeasedJob job = bench.leased(bench.job(), SOLO, 1, 1);
    CompletableFuture<Void> failed = bench.pipeline.handle(job).toCompletableFuture();
    assertThat(failed).failsWithin(Duration.ofSeconds(5));

    bench.kafkaDown = false;
    bench.handle(again(job));

    assertThat(bench.last().getFactCase()).isEqualTo(FactCase.SUCCEEDED);
  }

  @Test
  void handsBackUnfinishedJobsToWhoeverIsFree() {
    bench.answer = new CompletableFuture<>();
    CompletionStage<Void> handled = bench.pipeline.handle(bulk());

    bench.pipeline.handBack();
    PipelineFixture.finish(handled);

    assertThat(bench.moved.getFirst().topic()).isEqualTo("vignette.jobs.bulk");
    assertThat(bench.moved.getFirst().headers()).containsEntry(Headers.ATTEMPT, "1");
    assertThat(bench.pipeline.inFlight()).isZero();
  }

  @Test
  void failsAnUnreadableRecordThatNamesAJob() {
    String id = bench.job().getJobId();

    PipelineFixture.finish(bench.pipeline.handleUnreadable(unreadable(id)));

    assertThat(bench.failureCode()).isEqualTo(Reason.JOB_UNREADABLE.code());
    assertThat(bench.last().getJobId()).isEqualTo(id);
  }

  @Test
  void everyJobThatNoGatewayWouldWriteEndsAndItsEventsAreSmall() {
    BadRecords.failingJobs(bench.job().build())
        .forEach(
            (name, job) -> {
              bench.events.clear();
              LeasedJob leased = bench.leased(job.toBuilder(), BULK, 1, 1);

              CompletableFuture<Void> handled = bench.pipeline.handle(leased).toCompletableFuture();

              assertThat(handled).as(name).succeedsWithin(Duration.ofSeconds(10));
              assertThat(bench.moved).as(name).isEmpty();
              assertThat(bench.last().getJobId()).as(name).isEqualTo(job.getJobId());
              assertThat(bench.last().getSerializedSize()).as(name).isLessThan(150_000);
            });
  }

  @Test
  void jobsThatBreakTheRulesFailAsTheGatewayWouldRefuseThem() {
    Map<String, Reason> reasons =
        Map.of(
            "unknown priority", Reason.JOB_UNREADABLE,
            "deadline never", Reason.JOB_UNREADABLE,
            "5,000 prompts", Reason.PROMPT_TOO_MANY,
            "giant prompt", Reason.PROMPT_TOO_LONG,
            "20,000 pairs of metadata", Reason.REQUEST_INVALID,
            "giant tenant", Reason.REQUEST_INVALID,
            "port above 65535", Reason.REQUEST_INVALID);
    Map<String, CaptionJob> jobs = BadRecords.failingJobs(bench.job().build());
    reasons.forEach(
        (name, reason) -> {
          bench.handle(
              bench.leased(Objects.requireNonNull(jobs.get(name)).toBuilder(), BULK, 1, 1));

          assertThat(bench.failureCode()).as(name).isEqualTo(reason.code());
        });
  }

  /** With the headers of a move to another topic it would not fit into a record. */
  @Test
  void aJobThatCouldNotBeMovedFails() {
    ImageReference.Builder image =
        ImageReference.newBuilder().setInline(ByteString.copyFrom(new byte[930_000]));

    bench.handle(bench.leased(bench.job().setImage(image), BULK, 2, 1));

    assertThat(bench.failureCode()).isEqualTo(Reason.REQUEST_TOO_LARGE.code());
    assertThat(bench.moved).isEmpty();
  }

  @Test
  void answersThatFitIntoNoEventFailTheJob() {
    bench.words = "x".repeat(500_000);

    bench.handle(bulk());

    assertThat(bench.failureCode()).isEqualTo(Reason.INFERENCE_FAILED.code());
    assertThat(bench.last().getFailed().getError().getMessage()).startsWith("answers: 500");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0001-01-01T00:00:00Z", "2330-01-01T00:00:00Z", "9999-12-31T23:59:59Z"})
  void timesOfOtherCenturiesAreNoFault(Instant submitted) {
    bench.handle(
        bench.leased(bench.job().setSubmittedAt(PipelineFixture.timestamp(submitted)), BULK, 1, 1));

    assertThat(bench.faults).isEmpty();
    assertThat(bench.last().getFactCase()).isEqualTo(FactCase.SUCCEEDED);
    assertThat(bench.last().getSucceeded().getTimings().getQueueUs()).isZero();
  }

  @Test
  void aFaultBeforeTheAttemptIsToldAndCostsItsJobOnly() {
    bench.suspicionFails = true;

    bench.handle(bench.leased(bench.job(), BULK, 2, 1));

    assertThat(bench.faults).hasSize(1);
    assertThat(bench.failureCode()).isEqualTo(Reason.INTERNAL.code());
  }

  private static UnreadableJob unreadable(String id) {
    return new UnreadableJob(id, Origin.getDefaultInstance(), 1, TraceContext.NONE, "job: garbage");
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
