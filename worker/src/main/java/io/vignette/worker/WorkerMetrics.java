package io.vignette.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vignette.records.SkippedRecord;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.lease.LaneKind;
import io.vignette.worker.lease.LeaseListener;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.lease.UnreadableJob;
import io.vignette.worker.outcome.Outcome;
import io.vignette.worker.pipeline.AttemptTimes;
import io.vignette.worker.pipeline.PipelineListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Records the worker's events as metrics. Thread-safe; meters are looked up once. */
final class WorkerMetrics implements PipelineListener, LeaseListener {
  private final MeterRegistry registry;
  private final Map<String, Counter> outcomes = new ConcurrentHashMap<>();
  private final Timer fetch;
  private final Timer decode;
  private final Timer resize;
  private final Timer batchWait;
  private final Timer infer;
  private final Timer publish;
  private final DistributionSummary batchSize;
  private final AtomicInteger lanesPolling;

  WorkerMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.fetch = stage("fetch");
    this.decode = stage("decode");
    this.resize = stage("resize");
    this.batchWait = stage("batch_wait");
    this.infer = stage("infer");
    this.publish = stage("publish");
    this.batchSize = registry.summary("vignette.worker.batch.size");
    this.lanesPolling = gauge("vignette.worker.lanes.polling");
  }

  private Timer stage(String name) {
    return registry.timer("vignette.worker.stage", "stage", name);
  }

  private AtomicInteger gauge(String name) {
    AtomicInteger value = new AtomicInteger();
    registry.gauge(name, value);
    return value;
  }

  @Override
  public void started(LeasedJob job) {
    count("started", "");
  }

  @Override
  public void ended(LeasedJob job, Outcome outcome, AttemptTimes times) {
    switch (outcome) {
      case Outcome.Captioned captioned -> count("captioned", "");
      case Outcome.Failed failed -> count("failed", failed.error().getCode());
      case Outcome.Retry retry -> count("retry", retry.cause().getCode());
      case Outcome.Expired expired -> count("expired", "");
      case Outcome.Cancelled cancelled -> count("cancelled", "");
    }
    if (times.batchSize() > 0) {
      record(fetch, times.fetchNanos());
      record(decode, times.decodeNanos());
      record(resize, times.resizeNanos());
      record(batchWait, times.batchWaitNanos());
      record(infer, times.inferNanos());
      batchSize.record(times.batchSize());
    }
    record(publish, times.publishNanos());
  }

  private static void record(Timer timer, long nanos) {
    timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  private void count(String outcome, String reason) {
    outcomes
        .computeIfAbsent(
            outcome + '/' + reason,
            unseen ->
                registry.counter("vignette.worker.jobs", "outcome", outcome, "reason", reason))
        .increment();
  }

  @Override
  public void retriedInPlace(LeasedJob job, InferenceFailure cause) {
    count("retried_in_place", cause.reason().code());
  }

  @Override
  public void suspected(LeasedJob job) {
    count("suspected", "");
  }

  @Override
  public void repeated(LeasedJob job) {
    count("repeated", "");
  }

  @Override
  public void unreadable(UnreadableJob job) {
    count("unreadable", "");
  }

  @Override
  public void unpublished(LeasedJob job, Throwable cause) {
    count("unpublished", "");
  }

  @Override
  public void acquired(LaneKind lane, int records, int redelivered) {
    if (redelivered > 0) {
      registry
          .counter("vignette.worker.leases.redelivered", "lane", lane.name())
          .increment(redelivered);
    }
  }

  @Override
  public void skipped(SkippedRecord record) {
    registry.counter("vignette.worker.records.skipped", "topic", record.topic()).increment();
  }

  @Override
  public void polling(LaneKind lane, boolean polling) {
    lanesPolling.addAndGet(polling ? 1 : -1);
  }

  @Override
  public void acknowledgementsFailed(LaneKind lane, int records) {
    registry.counter("vignette.worker.acks.failed", "lane", lane.name()).increment(records);
  }
}
