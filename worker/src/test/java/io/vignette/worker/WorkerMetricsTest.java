package io.vignette.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.JobError;
import io.vignette.proto.v1.Origin;
import io.vignette.proto.v1.Timings;
import io.vignette.records.SkippedRecord;
import io.vignette.testkit.NeedsPromtool;
import io.vignette.testkit.Promtool;
import io.vignette.wire.TraceContext;
import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.triton.Step;
import io.vignette.worker.engine.triton.TritonMetrics;
import io.vignette.worker.lease.LaneKind;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.outcome.Outcome;
import io.vignette.worker.pipeline.SampleTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** All meters of a worker with a Triton engine, as Prometheus sees them. */
class WorkerMetricsTest {
  private static final JobError ERROR = JobError.newBuilder().setCode("internal").build();

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @Test
  void stagesAndWaitsAreHistograms() {
    WorkerMetrics metrics = new WorkerMetrics(registry);
    metrics.ended(job(1), captioned(), SampleTimes.inferred());

    assertThat(registry.scrape())
        .contains("vignette_worker_stage_seconds_bucket{stage=\"infer\",le=\"0.025\",} 0.0")
        .contains("vignette_worker_stage_seconds_bucket{stage=\"infer\",le=\"0.05\",} 1.0")
        .contains("vignette_worker_stage_seconds_bucket{stage=\"batch_wait\",le=\"0.0025\",} 0.0")
        .contains("vignette_worker_stage_seconds_bucket{stage=\"batch_wait\",le=\"0.005\",} 1.0")
        .contains("vignette_worker_queue_wait_seconds_bucket{le=\"3600.0\",} 0.0")
        .contains("vignette_worker_queue_wait_seconds_bucket{le=\"14400.0\",} 1.0");
  }

  @Test
  void laterAttemptsHaveNotWaitedInTheQueueAlone() {
    WorkerMetrics metrics = new WorkerMetrics(registry);

    metrics.ended(job(2), captioned(), SampleTimes.inferred());

    assertThat(registry.get("vignette.worker.queue.wait").timer().count()).isZero();
  }

  @Test
  @NeedsPromtool
  void prometheusHasNothingToSayAgainstThem() throws Exception {
    recordEverything();

    assertThat(Promtool.check(registry.scrape())).isEmpty();
  }

  /** Also where promtool is not there. */
  @Test
  void eachOfOursHasItsHelp() {
    recordEverything();

    assertThat(registry.scrape().lines().filter(line -> line.startsWith("# HELP vignette_")))
        .isNotEmpty()
        .allMatch(line -> line.split(" ", 4)[3].strip().length() > 1, "has a description");
  }

  @Test
  void gaugesStayNumbersWhenNobodyElseKeepsThem() {
    recordEverything();

    System.gc();

    assertThat(registry.scrape()).contains("vignette_engine_ready 1.0").doesNotContain("NaN");
  }

  private void recordEverything() {
    WorkerMetrics worker = new WorkerMetrics(registry);
    worker.started(job(1));
    worker.ended(job(1), captioned(), SampleTimes.inferred());
    worker.ended(
        job(1), new Outcome.Failed(ERROR, Timings.getDefaultInstance()), SampleTimes.inferred());
    worker.ended(job(1), new Outcome.Retry(Optional.empty(), true, ERROR), SampleTimes.inferred());
    worker.acquired(LaneKind.BULK, 3, 1);
    worker.acknowledgementsFailed(LaneKind.BULK, 1);
    worker.polling(LaneKind.BULK, true);
    worker.skipped(new SkippedRecord("vignette.cancellations", 0, 7, "no request"));
    TritonMetrics engine = new TritonMetrics(registry);
    engine.called(Step.LLM, 3);
    engine.answered(Step.LLM, 3, Duration.ofMillis(20));
    engine.called(Step.LLM, 3);
    engine.failed(Step.LLM, InferenceFailure.Kind.OVERLOADED, Duration.ofMillis(1));
    engine.generated(3, 30);
    engine.featuresReused(2);
    engine.changed(new EngineHealth(EngineHealth.State.READY, ""));
  }

  private static Outcome captioned() {
    return new Outcome.Captioned(List.of(), Timings.getDefaultInstance(), "1", 16);
  }

  private static LeasedJob job(int attempt) {
    return new LeasedJob(
        CaptionJob.getDefaultInstance(),
        LaneKind.BULK,
        Origin.newBuilder().setDeliveryCount(1).build(),
        attempt,
        Instant.MAX,
        TraceContext.NONE);
  }
}
