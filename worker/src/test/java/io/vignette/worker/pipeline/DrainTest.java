package io.vignette.worker.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.wire.Headers;
import io.vignette.worker.drain.Drain;
import io.vignette.worker.lease.JobHandler;
import io.vignette.worker.lease.JobSource;
import io.vignette.worker.lease.LaneKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Leaving, seen from the jobs that are held. */
class DrainTest {
  private final PipelineFixture bench = new PipelineFixture();
  private final HoldingSource source = new HoldingSource();

  @Test
  void handsBackWhatDoesNotEndInTime() {
    bench.answer = new CompletableFuture<>();
    source.held = bench.pipeline.handle(bench.leased(bench.job(), LaneKind.SOLO, 1, 2));

    new Drain(source, bench.pipeline, Duration.ofMillis(500)).run();

    assertThat(source.calls).containsExactly("stopAcquiring", "close");
    assertThat(bench.moved.getFirst().topic()).isEqualTo("vignette.jobs.solo");
    assertThat(bench.moved.getFirst().headers()).containsEntry(Headers.ATTEMPT, "2");
  }

  @Test
  void letsHeldJobsEnd() {
    source.held = bench.pipeline.handle(bench.leased(bench.job(), LaneKind.BULK, 1, 1));

    new Drain(source, bench.pipeline, Duration.ofSeconds(10)).run();

    assertThat(bench.moved).isEmpty();
  }

  /** Holds one job until it ends, as a lane does. */
  private static final class HoldingSource implements JobSource {
    final List<String> calls = new ArrayList<>();
    CompletionStage<Void> held = CompletableFuture.completedFuture(null);

    @Override
    public void start(JobHandler handler) {}

    @Override
    public CompletionStage<Void> ready() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void stopAcquiring() {
      calls.add("stopAcquiring");
    }

    @Override
    public void close(Duration timeout) {
      calls.add("close");
      held.toCompletableFuture().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).join();
    }
  }
}
