package io.vignette.worker.pipeline;

import static io.vignette.worker.lease.LaneKind.BULK;
import static io.vignette.worker.lease.LaneKind.INTERACTIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.images.ImageRejectedException;
import io.vignette.proto.v1.ImageReference;
import io.vignette.proto.v1.JobEvent.FactCase;
import io.vignette.wire.Headers;
import io.vignette.wire.Reason;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.preparation.PreparedImage;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What passes is tried again: in place, later, and not for ever. */
class RetriesTest {
  private static final Duration SHORT_LEASE = Duration.ofSeconds(1);

  private final PipelineFixture bench = new PipelineFixture();

  @AfterEach
  void close() {
    bench.pipeline.close();
  }

  private LeasedJob of(ImageReference.Builder image, int attempt) {
    return bench.leased(bench.job().setImage(image), BULK, 1, attempt);
  }

  private static ImageReference.Builder url() {
    return ImageReference.newBuilder().setUrl("https://images.example/a.png");
  }

  @Test
  void aPictureThatTheEngineTakesTooLongForSpendsItsAttempts() {
    bench.answer = new CompletableFuture<>();
    bench.boards = true;
    bench.pipeline.start();

    bench.handle(bench.leased(bench.job(), BULK, 1, 2, SHORT_LEASE));
    bench.answer = new CompletableFuture<>();
    bench.handle(bench.leased(bench.job(), BULK, 1, 3, SHORT_LEASE));

    assertThat(bench.moved).hasSize(1);
    assertThat(bench.moved.getFirst().headers()).containsEntry(Headers.ATTEMPT, "3");
    assertThat(bench.failureCode()).isEqualTo(Reason.JOB_TOO_MANY_ATTEMPTS.code());
    assertThat(bench.last().getFailed().getError().getMessage()).contains("not finished by");
  }

  @Test
  void aPictureWhoseEngineWentAwaySpendsNoAttempt() {
    bench.answer = new CompletableFuture<>();
    bench.boards = true;
    bench.engineReady = false;
    bench.pipeline.start();

    bench.handle(bench.leased(bench.job(), BULK, 1, 3, SHORT_LEASE));

    assertThat(bench.moved).hasSize(1);
    assertThat(bench.moved.getFirst().headers()).containsEntry(Headers.ATTEMPT, "3");
  }

  @Test
  void aPictureThatOnlyWaitedSpendsNoAttempt() {
    bench.answer = new CompletableFuture<>();
    bench.pipeline.start();

    bench.handle(bench.leased(bench.job(), BULK, 1, 3, SHORT_LEASE));

    assertThat(bench.moved).hasSize(1);
    assertThat(bench.moved.getFirst().headers()).containsEntry(Headers.ATTEMPT, "3");
  }

  @Test
  void retriesAPassingFailureInPlace() {
    bench.answer = PipelineFixture.failure(InferenceFailure.timeout("engine: silent"));
    CompletionStage<Void> handled = bench.pipeline.handle(bench.leased(bench.job(), BULK, 1, 1));

    bench.answer = PipelineFixture.answer("a cat", -0.1);
    PipelineFixture.finish(handled);

    assertThat(bench.facts()).containsExactly(FactCase.SUCCEEDED);
    assertThat(bench.batches).hasSizeGreaterThan(1);
  }

  @Test
  void delaysAJobWhosePassingFailureOutlastsItsBudget() {
    bench.answer = PipelineFixture.failure(InferenceFailure.timeout("engine: silent"));

    bench.handle(bench.leased(bench.job(), BULK, 1, 1, SHORT_LEASE));

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

    bench.handle(bench.leased(bench.job(), BULK, 1, 3, SHORT_LEASE));

    assertThat(bench.failureCode()).isEqualTo(Reason.JOB_TOO_MANY_ATTEMPTS.code());
    assertThat(bench.moved).isEmpty();
  }

  @Test
  void delaysWithoutSpendingTheAttemptWhileTheEngineIsAway() {
    bench.engineReady = false;
    bench.answer = PipelineFixture.failure(InferenceFailure.unavailable("engine: gone"));

    bench.handle(bench.leased(bench.job(), INTERACTIVE, 1, 2));

    assertThat(bench.moved.getFirst().headers())
        .containsEntry(Headers.ATTEMPT, "2")
        .containsEntry(Headers.TARGET, "vignette.jobs.interactive");
    assertThat(bench.facts()).isEmpty();
  }

  @Test
  void delaysWithoutSpendingTheAttemptAtTheEndOfTheBudget() {
    bench.answer = new CompletableFuture<>();
    bench.pipeline.start();

    bench.handle(bench.leased(bench.job(), BULK, 1, 1, Duration.ofMillis(400)));

    assertThat(bench.moved.getFirst().headers()).containsEntry(Headers.ATTEMPT, "1");
    await().untilAsserted(() -> assertThat(bench.answer).isCancelled());
  }

  @Test
  void aPictureThatCannotBeReachedIsFetchedAgainLater() {
    bench.prepared = rejected(Reason.IMAGE_UNREACHABLE);

    bench.handle(of(url(), 1));

    assertThat(bench.moved.getFirst().topic()).isEqualTo("vignette.delay.10s");
    assertThat(bench.moved.getFirst().headers())
        .containsEntry(Headers.ATTEMPT, "2")
        .containsEntry(Headers.ERROR, Reason.IMAGE_UNREACHABLE.code());
    assertThat(bench.last().getFactCase()).isEqualTo(FactCase.RETRIED);
  }

  @Test
  void aPictureThatCannotBeReachedAtTheLastAttemptFailsForThat() {
    bench.prepared = rejected(Reason.IMAGE_UNREACHABLE);

    bench.handle(of(url(), 3));

    assertThat(bench.failureCode()).isEqualTo(Reason.IMAGE_UNREACHABLE.code());
    assertThat(bench.moved).isEmpty();
  }

  @Test
  void anObjectOfSomebodyElseIsFetchedAgainLikeAUrl() {
    bench.prepared = rejected(Reason.IMAGE_UNREACHABLE);

    bench.handle(of(ImageReference.newBuilder().setBlob("s3://photos/a.jpg"), 1));
    bench.handle(of(ImageReference.newBuilder().setBlob("s3://photos/a.jpg"), 3));

    assertThat(bench.moved.getFirst().headers()).containsEntry(Headers.ATTEMPT, "2");
    assertThat(bench.failureCode()).isEqualTo(Reason.IMAGE_UNREACHABLE.code());
  }

  @Test
  void anUploadWaitsForItsStoreWithoutSpendingAnAttempt() {
    bench.prepared = rejected(Reason.STORE_UNAVAILABLE);

    bench.handle(of(ImageReference.newBuilder().setBlob("s3blob:1"), 3));

    assertThat(bench.moved.getFirst().headers()).containsEntry(Headers.ATTEMPT, "3");
    assertThat(bench.facts()).isEmpty();
  }

  private static CompletableFuture<PreparedImage> rejected(Reason reason) {
    return CompletableFuture.failedFuture(
        new ImageRejectedException(reason, "image: 503 (expected: 200)"));
  }
}
