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
  private final SlowServers servers =
      new SlowServers(
          new SlowServers.Settings(Duration.ofSeconds(1), Duration.ofSeconds(10), 4), nanos::get);

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
  void fewBulkJobsWaitForServersThatHang() {
    int waiting = PipelineFixture.SLOW_IMAGES_MAX / 2;
    fixture.fetched = new CompletableFuture<>();
    List<CompletionStage<Void>> hanging =
        Stream.generate(
                () -> fixture.pipeline.handle(leased("https://hung.example/", LaneKind.BULK)))
            .limit(6)
            .toList();

    hanging.stream().skip(waiting).forEach(PipelineFixture::finish);
    assertThat(hanging.stream().filter(job -> !job.toCompletableFuture().isDone()))
        .hasSize(waiting);
    assertThat(fixture.moved)
        .hasSize(6 - waiting)
        .allSatisfy(
            moved -> {
              assertThat(moved.topic()).isEqualTo(TOPICS.delay(Delay.ONE_MINUTE));
              assertThat(moved.headers()).containsEntry(Headers.ATTEMPT, "1");
            });

    CompletionStage<Void> next =
        fixture.pipeline.handle(leased("https://hung.example/", LaneKind.BULK));
    assertThat(next.toCompletableFuture()).isCompleted();

    fixture.fetched = CompletableFuture.completedFuture(null);
    fixture.handle(leased("https://quick.example/1.png", LaneKind.BULK));
    assertThat(fixture.last().getFactCase()).isEqualTo(FactCase.SUCCEEDED);
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
  void aServerIsSilentIfItHasSentNothingForAsLongAsItIsRemembered() {
    ImageReference image = url("https://slow.example/1.png");

    servers.note(image);
    assertThat(servers.isSilent(image)).isFalse();
    nanos.addAndGet(Duration.ofSeconds(9).toNanos());
    servers.note(image);
    assertThat(servers.isSilent(image)).isFalse();
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(servers.isSilent(image)).isTrue();

    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    assertThat(servers.isSlow(image)).isFalse();
    assertThat(servers.isSilent(image)).as("jobs come back after a minute").isTrue();

    servers.sent(image);
    assertThat(servers.isSilent(image)).isFalse();
    servers.note(image);
    assertThat(servers.isSilent(image)).isFalse();
  }

  @Test
  void oneServerTakesHalfOfTheFreePlaces() {
    ImageReference hung = url("https://hung.example/1.png");
    ImageReference slow = url("https://slow.example/1.png");
    servers.note(hung);
    servers.note(slow);

    ImageWait first = new ImageWait(servers, hung);
    assertThat(first.begin()).isTrue();
    assertThat(new ImageWait(servers, hung).begin()).isTrue();
    assertThat(new ImageWait(servers, hung).begin()).isFalse();
    assertThat(new ImageWait(servers, slow).begin()).isTrue();
    assertThat(new ImageWait(servers, slow).begin()).isFalse();

    first.came();
    first.end();
    assertThat(new ImageWait(servers, slow).begin()).isTrue();
  }

  private LeasedJob leased(String url, LaneKind lane) {
    CaptionJob.Builder job = fixture.job().setImage(url(url));
    return fixture.leased(job, lane, 1, 1);
  }

  private static ImageReference url(String url) {
    return ImageReference.newBuilder().setUrl(url).build();
  }
}
