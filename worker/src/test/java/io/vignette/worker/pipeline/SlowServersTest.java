package io.vignette.worker.pipeline;

import static io.vignette.worker.pipeline.PipelineFixture.TOPICS;
import static io.vignette.worker.pipeline.PipelineFixture.finish;
import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.ImageReference;
import io.vignette.proto.v1.JobEvent.FactCase;
import io.vignette.wire.Headers;
import io.vignette.worker.lease.LaneKind;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.preparation.PreparedImage;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One slow server of images must not hold up the interactive jobs of everybody. */
class SlowServersTest {
  private final PipelineFixture fixture = new PipelineFixture();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final SlowServers servers = new SlowServers(nanos::get);

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
  void aBulkJobWaits() {
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
  void anImageThatCameIsDecodedHoweverLongThatTakes() {
    fixture.prepared =
        new CompletableFuture<PreparedImage>()
            .completeOnTimeout(
                new PreparedImage(new byte[3], 1, 2, 3, 4),
                SlowServers.PATIENCE.toMillis() + 500,
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

  private LeasedJob leased(String url, LaneKind lane) {
    CaptionJob.Builder job = fixture.job().setImage(url(url));
    return fixture.leased(job, lane, 1, 1);
  }

  private static ImageReference url(String url) {
    return ImageReference.newBuilder().setUrl(url).build();
  }
}
