package io.vignette.worker.pipeline;

import static io.vignette.worker.pipeline.PipelineFixture.TOPICS;
import static io.vignette.worker.pipeline.PipelineFixture.finish;
import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.ImageReference;
import io.vignette.proto.v1.JobEvent.FactCase;
import io.vignette.wire.Headers;
import io.vignette.wire.Topics.Delay;
import io.vignette.worker.lease.LaneKind;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.preparation.PreparedImage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One slow image server must not hold up the jobs of everybody. */
class SlowServersTest {
  private final PipelineFixture fixture = new PipelineFixture();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final SlowServers servers = new SlowServers(Duration.ofSeconds(1), 1, nanos::get);

  @AfterEach
  void close() {
    fixture.pipeline.close();
  }

  @Test
  void anInteractiveJobWhoseImageDoesNotComeGoesOnAmongBulkJobs() {
    fixture.fetched = new CompletableFuture<>();

    fixture.handle(leased("https://slow.example/1.png", LaneKind.INTERACTIVE));

    assertThat(fixture.moved).hasSize(1);
    assertThat(fixture.moved.getFirst().topic()).isEqualTo(TOPICS.jobsBulk());
    assertThat(fixture.moved.getFirst().headers()).containsEntry(Headers.ATTEMPT, "1");
    assertThat(fixture.facts()).isEmpty();
  }

  @Test
  void othersOfTheSameServerAreNotWaitedFor() {
    fixture.fetched = new CompletableFuture<>();
    fixture.handle(leased("https://slow.example/1.png", LaneKind.INTERACTIVE));

    CompletionStage<Void> other =
        fixture.pipeline.handle(leased("https://slow.example/2.png", LaneKind.INTERACTIVE));
    assertThat(other.toCompletableFuture()).isCompleted();
    assertThat(fixture.moved).hasSize(2);

    fixture.fetched = CompletableFuture.completedFuture(null);
    fixture.handle(leased("https://quick.example/1.png", LaneKind.INTERACTIVE));
    assertThat(fixture.last().getFactCase()).isEqualTo(FactCase.SUCCEEDED);
  }

  @Test
  void aBulkJobWaitsHoweverSlowTheServerWasForInteractiveOnes() {
    fixture.fetched = new CompletableFuture<>();
    fixture.handle(leased("https://slow.example/1.png", LaneKind.INTERACTIVE));
    fixture.fetched = new CompletableFuture<>();

    CompletionStage<Void> bulk =
        fixture.pipeline.handle(leased("https://slow.example/2.png", LaneKind.BULK));
    fixture.fetched.complete(null);

    finish(bulk);
    assertThat(fixture.last().getFactCase()).isEqualTo(FactCase.SUCCEEDED);
    assertThat(fixture.moved).hasSize(1);
  }

  @Test
  void fewBulkJobsWaitForServersThatHangAndTheOthersHaveTriedToo() {
    fixture.fetched = new CompletableFuture<>();
    List<CompletionStage<Void>> hanging =
        Stream.generate(
                () -> fixture.pipeline.handle(leased("https://hung.example/", LaneKind.BULK)))
            .limit(6)
            .toList();

    hanging.stream().skip(PipelineFixture.SLOW_IMAGES_MAX).forEach(PipelineFixture::finish);
    assertThat(hanging.stream().filter(job -> !job.toCompletableFuture().isDone()))
        .hasSize(PipelineFixture.SLOW_IMAGES_MAX);
    assertThat(fixture.moved)
        .hasSize(6 - PipelineFixture.SLOW_IMAGES_MAX)
        .allSatisfy(
            moved -> {
              assertThat(moved.topic()).isEqualTo(TOPICS.delay(Delay.TEN_SECONDS));
              assertThat(moved.headers()).containsEntry(Headers.ATTEMPT, "2");
            });

    CompletionStage<Void> next =
        fixture.pipeline.handle(leased("https://hung.example/", LaneKind.BULK));
    assertThat(next.toCompletableFuture()).isCompleted();

    CaptionJob.Builder tooOften = fixture.job().setImage(url("https://hung.example/"));
    fixture.handle(fixture.leased(tooOften, LaneKind.BULK, 1, 3));
    assertThat(fixture.failureCode()).isEqualTo("image.unreachable");
    assertThat(fixture.last().getFailed().getError().getMessage()).contains("hung.example");

    fixture.fetched = CompletableFuture.completedFuture(null);
    fixture.handle(leased("https://quick.example/1.png", LaneKind.BULK));
    assertThat(fixture.last().getFactCase()).isEqualTo(FactCase.SUCCEEDED);
  }

  @Test
  void aJobWhoseServerIsSlowButSendsLosesNoAttempt() {
    CompletableFuture<Void> images = new CompletableFuture<>();
    fixture.fetched = images;
    List<CompletionStage<Void>> hanging =
        Stream.generate(
                () -> fixture.pipeline.handle(leased("https://slow.example/", LaneKind.BULK)))
            .limit(3)
            .toList();
    finish(hanging.getLast());
    images.complete(null);
    hanging.forEach(PipelineFixture::finish);
    fixture.fetched = new CompletableFuture<>();
    fixture.moved.clear();

    List<CompletionStage<Void>> waiting =
        Stream.generate(
                () -> fixture.pipeline.handle(leased("https://slow.example/", LaneKind.BULK)))
            .limit(PipelineFixture.SLOW_IMAGES_MAX)
            .toList();
    fixture.handle(leased("https://slow.example/", LaneKind.BULK));

    assertThat(waiting).noneMatch(job -> job.toCompletableFuture().isDone());
    assertThat(fixture.moved)
        .singleElement()
        .satisfies(
            moved -> {
              assertThat(moved.topic()).isEqualTo(TOPICS.delay(Delay.ONE_MINUTE));
              assertThat(moved.headers()).containsEntry(Headers.ATTEMPT, "1");
            });
  }

  @Test
  void anImageThatCameIsDecodedHoweverLongThatTakes() {
    fixture.prepared =
        new CompletableFuture<PreparedImage>()
            .completeOnTimeout(
                new PreparedImage(new byte[3], 1, 2, 3, 4),
                JobPipeline.INTERACTIVE_PATIENCE.toMillis() + 500,
                TimeUnit.MILLISECONDS);

    fixture.handle(leased("https://quick.example/1.png", LaneKind.INTERACTIVE));

    assertThat(fixture.moved).isEmpty();
    assertThat(fixture.last().getFactCase()).isEqualTo(FactCase.SUCCEEDED);
  }

  @Test
  void aServerIsSlowForTenSeconds() {
    servers.note(url("https://slow.example/1.png"));

    assertThat(servers.isSlow(url("https://SLOW.example/2.png"))).isTrue();
    assertThat(servers.isSlow(url("https://quick.example/2.png"))).isFalse();
    assertThat(servers.isSlow(url("no address"))).isFalse();
    assertThat(servers.isSlow(ImageReference.getDefaultInstance())).isFalse();
    nanos.addAndGet(Duration.ofSeconds(11).toNanos());
    assertThat(servers.isSlow(url("https://slow.example/2.png"))).isFalse();
  }

  @Test
  void soManyServersAreRemembered() {
    for (int server = 0; server <= SlowServers.HOSTS_MAX; server++) {
      servers.note(url("https://" + server + ".example/1.png"));
    }

    assertThat(servers.isSlow(url("https://0.example/1.png"))).isFalse();
    assertThat(servers.isSlow(url("https://1.example/1.png"))).isTrue();
  }

  @Test
  void aPlaceIsFreeAgainWhenItsImageCameOrNobodyWaits() {
    servers.note(url("https://slow.example/1.png"));
    ImageWait first = new ImageWait(servers, url("https://slow.example/1.png"));
    ImageWait second = new ImageWait(servers, url("https://slow.example/2.png"));

    assertThat(first.begin()).isTrue();
    assertThat(second.begin()).isFalse();
    first.came();
    first.end();
    assertThat(new ImageWait(servers, url("https://slow.example/3.png")).begin()).isTrue();
    assertThat(second.begin()).isFalse();
  }

  private LeasedJob leased(String url, LaneKind lane) {
    CaptionJob.Builder job = fixture.job().setImage(url(url));
    return fixture.leased(job, lane, 1, 1);
  }

  private static ImageReference url(String url) {
    return ImageReference.newBuilder().setUrl(url).build();
  }
}
