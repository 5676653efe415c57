package io.vignette.worker.pipeline;

import static io.vignette.worker.lease.LaneKind.BULK;
import static io.vignette.worker.lease.LaneKind.SOLO;
import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.JobEvent.FactCase;
import io.vignette.proto.v1.SoloMark;
import io.vignette.wire.Reason;
import io.vignette.worker.batch.BatchedAnswer;
import io.vignette.worker.lease.LeasedJob;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of jobs whose workers went down. */
class SuspectsTest {
  private final PipelineFixture bench = new PipelineFixture();
  private final CaptionJob.Builder job = bench.job();

  @AfterEach
  void close() {
    bench.pipeline.close();
  }

  private LeasedJob solo(int deliveries) {
    return bench.leased(job, SOLO, deliveries, 1);
  }

  private SoloMark mark() {
    return bench.marks.latest.getOrDefault(job.getJobId(), SoloMark.getDefaultInstance());
  }

  private void marked(SoloMark.Builder mark) {
    bench.marks.latest.put(job.getJobId(), mark.setJobId(job.getJobId()).build());
  }

  @Test
  void deliveriesAloneSayNothingAgainstAnImage() {
    bench.handle(solo(3));

    assertThat(bench.last().getFactCase()).isEqualTo(FactCase.SUCCEEDED);
  }

  @Test
  void aSuspectRunsFirstBesideOthersAndUnmarked() {
    bench.handle(solo(1));

    assertThat(bench.batches.getFirst().alone()).isTrue();
    assertThat(bench.marks.written).isEmpty();
  }

  @Test
  void delivedAgainItIsMarkedForAsLongAsItIsAlone() {
    bench.answer = new CompletableFuture<>();
    CompletionStage<Void> handled = bench.pipeline.handle(solo(2));
    assertThat(mark().getOpen()).isTrue();
    assertThat(mark().getCrashes()).isZero();

    bench.answer.complete(PipelineFixture.answer("a cat", -0.1).join());
    PipelineFixture.finish(handled);

    assertThat(mark().getOpen()).isFalse();
    assertThat(mark().getCrashes()).isZero();
    assertThat(bench.last().getFactCase()).isEqualTo(FactCase.SUCCEEDED);
  }

  @Test
  void anEngineElsewhereCanNotTakeTheWorkerDown() {
    PipelineFixture remote = new PipelineFixture();
    remote.engineInProcess = false;
    JobPipeline pipeline = remote.pipeline(Duration.ofSeconds(45));
    remote.answer = new CompletableFuture<>();

    pipeline.handle(remote.leased(remote.job(), SOLO, 2, 1));

    assertThat(remote.marks.written).extracting(SoloMark::getOpen).containsExactly(true, false);
    pipeline.close();
    remote.pipeline.close();
  }

  @Test
  void aMarkLeftOpenCountsAndTheJobIsTriedOnceMore() {
    marked(SoloMark.newBuilder().setOpen(true));

    bench.handle(solo(3));

    assertThat(bench.marks.written.getFirst().getOpen()).isTrue();
    assertThat(bench.marks.written.getFirst().getCrashes()).isEqualTo(1);
    assertThat(bench.last().getFactCase()).isEqualTo(FactCase.SUCCEEDED);
  }

  @Test
  void twoMarksLeftOpenPutTheJobOffOnce() {
    marked(SoloMark.newBuilder().setOpen(true).setCrashes(1));

    bench.handle(solo(4));

    assertThat(bench.events).isEmpty();
    assertThat(bench.moved.getFirst().topic()).isEqualTo("vignette.delay.1m");
    assertThat(bench.moved.getFirst().headers())
        .containsEntry("vignette-target", "vignette.jobs.solo")
        .containsEntry("vignette-attempt", "1");
    assertThat(mark().getWaited()).isTrue();
    assertThat(mark().getOpen()).isFalse();
    assertThat(mark().getCrashes()).isEqualTo(2);
  }

  @Test
  void thenItIsPoison() {
    marked(SoloMark.newBuilder().setCrashes(2).setWaited(true));

    bench.handle(solo(1));

    assertThat(bench.failureCode()).isEqualTo(Reason.INFERENCE_POISON.code());
    assertThat(bench.batches).isEmpty();
  }

  @Test
  void aSecondRecordOfTheJobDoesNotCutItsWaitShort() {
    Instant justNow = Instant.now();
    marked(
        SoloMark.newBuilder()
            .setCrashes(2)
            .setWaited(true)
            .setAt(PipelineFixture.timestamp(justNow)));

    bench.handle(solo(1));

    assertThat(bench.events).isEmpty();
    assertThat(bench.moved.getFirst().topic()).isEqualTo("vignette.delay.1m");
    assertThat(bench.marks.written).as("the wait ends when it was to end").isEmpty();
  }

  @Test
  void aWorkerThatStopsTakesItsMarkBack() {
    bench.answer = new CompletableFuture<>();
    CompletionStage<Void> handled = bench.pipeline.handle(solo(2));

    bench.pipeline.handBack();
    PipelineFixture.finish(handled);

    assertThat(mark().getOpen()).isFalse();
    assertThat(mark().getCrashes()).isZero();
    assertThat(bench.moved.getFirst().topic()).isEqualTo("vignette.jobs.solo");
  }

  @Test
  void nothingElseIsDecodedOrInferredWhileASuspectIs() {
    CompletableFuture<BatchedAnswer> suspects = new CompletableFuture<>();
    bench.answer = suspects;
    CompletionStage<Void> alone = bench.pipeline.handle(solo(2));
    bench.answer = PipelineFixture.answer("a dog", -0.1);
    CompletionStage<Void> other = bench.pipeline.handle(bench.leased(bench.job(), BULK, 1, 1));

    assertThat(bench.batches).as("at the engine").hasSize(1);
    assertThat(other.toCompletableFuture()).isNotDone();

    suspects.complete(PipelineFixture.answer("a cat", -0.1).join());
    PipelineFixture.finish(alone);
    PipelineFixture.finish(other);
    assertThat(bench.batches).hasSize(2);
  }

  @Test
  void aSuspectWaitsUntilTheOthersAreOut() {
    CompletableFuture<BatchedAnswer> others = new CompletableFuture<>();
    bench.answer = others;
    CompletionStage<Void> other = bench.pipeline.handle(bench.leased(bench.job(), BULK, 1, 1));
    CompletionStage<Void> alone = bench.pipeline.handle(solo(2));
    assertThat(bench.marks.written).isEmpty();

    others.complete(PipelineFixture.answer("a dog", -0.1).join());
    PipelineFixture.finish(other);
    PipelineFixture.finish(alone);

    assertThat(bench.marks.written).hasSize(2);
  }

  @Test
  void isWrittenAnewBeforeTheBrokerDropsIt() {
    bench.handle(solo(4));

    assertThat(bench.events).isEmpty();
    assertThat(bench.moved.getFirst().topic()).isEqualTo("vignette.jobs.solo");
    assertThat(mark().getDeliveries()).isEqualTo(4);
  }

  @Test
  void failsInWordsAfterVeryManyDeliveries() {
    marked(SoloMark.newBuilder().setDeliveries(16));

    bench.handle(solo(4));

    assertThat(bench.failureCode()).isEqualTo(Reason.JOB_TOO_MANY_ATTEMPTS.code());
    assertThat(bench.last().getFailed().getError().getMessage()).contains("20");
  }

  @Test
  void isGivenBackWhereTheMarksCanNotBeRead() {
    bench.marksDown = true;

    assertThat(bench.pipeline.handle(solo(2)).toCompletableFuture())
        .failsWithin(Duration.ofSeconds(5));
    assertThat(bench.events).isEmpty();
  }

  @Test
  void isNeverLostWhereTheMarksCanNotBeRead() {
    bench.marksDown = true;

    bench.handle(solo(4));

    assertThat(bench.moved.getFirst().topic()).isEqualTo("vignette.jobs.solo");
  }
}
