package io.vignette.worker.cancellation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class CancelledJobsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");

  private final CancelledJobs jobs = new CancelledJobs(Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void knowsOnlyWhatItWasTold() {
    jobs.add("given up", NOW);

    assertThat(jobs.isCancelled("given up")).isTrue();
    assertThat(jobs.isCancelled("wanted")).isFalse();
  }

  @Test
  void forgetsTheOldAfterManyMore() {
    jobs.add("old", NOW.minus(CancelledJobs.KEPT).minus(Duration.ofSeconds(1)));
    jobs.add("just kept", NOW.minus(CancelledJobs.KEPT));

    for (int i = 0; i < 1_000; i++) {
      jobs.add("job-" + i, NOW);
    }

    assertThat(jobs.isCancelled("old")).isFalse();
    assertThat(jobs.isCancelled("just kept")).isTrue();
    assertThat(jobs.isCancelled("job-0")).isTrue();
  }
}
