package io.vignette.worker;

import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.lease.LaneKind;
import io.vignette.worker.lease.LeaseListener;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.lease.UnreadableJob;
import io.vignette.worker.outcome.Outcome;
import io.vignette.worker.pipeline.AttemptTimes;
import io.vignette.worker.pipeline.PipelineListener;
import java.time.Duration;
import java.util.List;

/** Passes every event on to several listeners, in order. Immutable. */
final class Listeners implements PipelineListener, LeaseListener {
  private final List<PipelineListener> ofJobs;
  private final List<LeaseListener> ofLeases;

  Listeners(List<PipelineListener> ofJobs, List<LeaseListener> ofLeases) {
    this.ofJobs = List.copyOf(ofJobs);
    this.ofLeases = List.copyOf(ofLeases);
  }

  @Override
  public void started(LeasedJob job) {
    ofJobs.forEach(listener -> listener.started(job));
  }

  @Override
  public void ended(LeasedJob job, Outcome outcome, AttemptTimes times) {
    ofJobs.forEach(listener -> listener.ended(job, outcome, times));
  }

  @Override
  public void retriedInPlace(LeasedJob job, InferenceFailure cause) {
    ofJobs.forEach(listener -> listener.retriedInPlace(job, cause));
  }

  @Override
  public void suspected(LeasedJob job) {
    ofJobs.forEach(listener -> listener.suspected(job));
  }

  @Override
  public void repeated(LeasedJob job) {
    ofJobs.forEach(listener -> listener.repeated(job));
  }

  @Override
  public void unreadable(UnreadableJob job) {
    ofJobs.forEach(listener -> listener.unreadable(job));
  }

  @Override
  public void fault(LeasedJob job, Throwable cause) {
    ofJobs.forEach(listener -> listener.fault(job, cause));
  }

  @Override
  public void unpublished(LeasedJob job, Throwable cause) {
    ofJobs.forEach(listener -> listener.unpublished(job, cause));
  }

  @Override
  public void acquired(LaneKind lane, int records, int redelivered) {
    ofLeases.forEach(listener -> listener.acquired(lane, records, redelivered));
  }

  @Override
  public void polling(LaneKind lane, boolean polling) {
    ofLeases.forEach(listener -> listener.polling(lane, polling));
  }

  @Override
  public void acknowledgementsFailed(LaneKind lane, int records) {
    ofLeases.forEach(listener -> listener.acknowledgementsFailed(lane, records));
  }

  @Override
  public void laneFailed(String lane, RuntimeException cause, Duration wait) {
    ofLeases.forEach(listener -> listener.laneFailed(lane, cause, wait));
  }

  @Override
  public void leaseTime(LaneKind lane, Duration leaseTime) {
    ofLeases.forEach(listener -> listener.leaseTime(lane, leaseTime));
  }

  @Override
  public void laneCpu(long nanos) {
    ofLeases.forEach(listener -> listener.laneCpu(nanos));
  }
}
