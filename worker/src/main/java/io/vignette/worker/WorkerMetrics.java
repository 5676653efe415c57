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
import io.vignette.worker.metrics.Meters;
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
  private final Timer queueWait;
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
    this.queueWait =
        Meters.wait("vignette.worker.queue.wait")
            .description("Time from the submission of a job to its first lease")
            .register(registry);
    this.batchSize =
        DistributionSummary.builder("vignette.worker.batch.size")
            .description("Images in the batch that answered a job")
            .register(registry);
    this.lanesPolling =
        Meters.gauge(registry, "vignette.worker.lanes.polling", "Lanes that ask for jobs");
  }

  private Timer stage(String name) {
    return Meters.stage("vignette.worker.stage")
        .description("Time that jobs spent in a stage of the worker")
        .tag("stage", name)
        .register(registry);
  }

  @Override
  public void started(LeasedJob job) {
    count("started", "");
  }

  /** Of the first lease only: a later one has waited for earlier attempts, too. */
  private void recordQueueWait(LeasedJob job, AttemptTimes times) {
    boolean isFirst = job.attempt() <= 1 && job.deliveryCount() <= 1;
    if (isFirst && times.queueNanos() > 0) {
      record(queueWait, times.queueNanos());
    }
  }

  @Override
  public void ended(LeasedJob job, Outcome outcome, AttemptTimes times) {
    switch (outcome) {
      case Outcome.Captioned captioned -> count("captioned", "");
      case Outcome.Failed failed -> count("failed", failed.error().getCode());
      case Outcome.Retry retry -> count("retry", retry.cause().getCode());
      case Outcome.ToBulk slow -> count("to_bulk", "");
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
    recordQueueWait(job, times);
  }

  private static void record(Timer timer, long nanos) {
    timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  private void count(String outcome, String reason) {
    outcomes
        .computeIfAbsent(
            outcome + '/' + reason,
            unseen ->
                Counter.builder("vignette.worker.jobs")
                    .description("What happened to jobs, by outcome and reason code")
                    .tag("outcome", outcome)
                    .tag("reason", reason)
                    .register(registry))
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
      ofLane("vignette.worker.leases.redelivered", "Jobs leased not for the first time", lane)
          .increment(redelivered);
    }
  }

  @Override
  public void skipped(SkippedRecord record) {
    Counter.builder("vignette.worker.records.skipped")
        .description("Records that could not be read and were passed over, by topic")
        .tag("topic", record.topic())
        .register(registry)
        .increment();
  }

  @Override
  public void polling(LaneKind lane, boolean polling) {
    lanesPolling.addAndGet(polling ? 1 : -1);
  }

  @Override
  public void acknowledgementsFailed(LaneKind lane, int records) {
    ofLane("vignette.worker.acks.failed", "Acknowledgements that Kafka did not confirm", lane)
        .increment(records);
  }

  private Counter ofLane(String name, String description, LaneKind lane) {
    return Counter.builder(name)
        .description(description)
        .tag("lane", lane.name())
        .register(registry);
  }
}
