package io.vignette.worker;

import io.vignette.records.SkippedRecord;
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
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Passes every event on to several listeners, in order. Immutable.
 *
 * <p>What a listener throws is logged and goes no further: a metric that fails must cost neither a
 * job nor the others who listen.
 */
final class Listeners implements PipelineListener, LeaseListener {
  private static final Logger LOG = Logger.getLogger("io.vignette.worker");

  private final List<PipelineListener> ofJobs;
  private final List<LeaseListener> ofLeases;

  Listeners(List<PipelineListener> ofJobs, List<LeaseListener> ofLeases) {
    this.ofJobs = List.copyOf(ofJobs);
    this.ofLeases = List.copyOf(ofLeases);
  }

  private static <T> void tell(List<T> listeners, Consumer<T> event) {
    for (T listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException e) {
        LOG.errorf(e, "CAP-1011 listener failed: %s", listener.getClass().getName());
      }
    }
  }

  @Override
  public void started(LeasedJob job) {
    tell(ofJobs, listener -> listener.started(job));
  }

  @Override
  public void ended(LeasedJob job, Outcome outcome, AttemptTimes times) {
    tell(ofJobs, listener -> listener.ended(job, outcome, times));
  }

  @Override
  public void retriedInPlace(LeasedJob job, InferenceFailure cause) {
    tell(ofJobs, listener -> listener.retriedInPlace(job, cause));
  }

  @Override
  public void suspected(LeasedJob job) {
    tell(ofJobs, listener -> listener.suspected(job));
  }

  @Override
  public void wentDownAlone(LeasedJob job, int crashes) {
    tell(ofJobs, listener -> listener.wentDownAlone(job, crashes));
  }

  @Override
  public void repeated(LeasedJob job) {
    tell(ofJobs, listener -> listener.repeated(job));
  }

  @Override
  public void unreadable(UnreadableJob job) {
    tell(ofJobs, listener -> listener.unreadable(job));
  }

  @Override
  public void fault(LeasedJob job, Throwable cause) {
    tell(ofJobs, listener -> listener.fault(job, cause));
  }

  @Override
  public void unpublished(LeasedJob job, Throwable cause) {
    tell(ofJobs, listener -> listener.unpublished(job, cause));
  }

  @Override
  public void acquired(LaneKind lane, int records, int redelivered) {
    tell(ofLeases, listener -> listener.acquired(lane, records, redelivered));
  }

  @Override
  public void polling(LaneKind lane, boolean polling) {
    tell(ofLeases, listener -> listener.polling(lane, polling));
  }

  @Override
  public void acknowledgementsFailed(LaneKind lane, int records) {
    tell(ofLeases, listener -> listener.acknowledgementsFailed(lane, records));
  }

  @Override
  public void laneFailed(String lane, RuntimeException cause, Duration wait) {
    tell(ofLeases, listener -> listener.laneFailed(lane, cause, wait));
  }

  @Override
  public void lanePolled(String lane) {
    tell(ofLeases, listener -> listener.lanePolled(lane));
  }

  @Override
  public void topicsKnown() {
    tell(ofLeases, LeaseListener::topicsKnown);
  }

  @Override
  public void topicsUnknown(Throwable cause, Duration wait) {
    tell(ofLeases, listener -> listener.topicsUnknown(cause, wait));
  }

  @Override
  public void topicsMissing(Set<String> topics) {
    tell(ofLeases, listener -> listener.topicsMissing(topics));
  }

  @Override
  public void takeOverFailed(LaneKind lane, Throwable cause) {
    tell(ofLeases, listener -> listener.takeOverFailed(lane, cause));
  }

  @Override
  public void protocolRefused(Throwable cause) {
    tell(ofLeases, listener -> listener.protocolRefused(cause));
  }

  @Override
  public void leaseTime(LaneKind lane, Duration leaseTime) {
    tell(ofLeases, listener -> listener.leaseTime(lane, leaseTime));
  }

  @Override
  public void skipped(SkippedRecord record) {
    tell(ofLeases, listener -> listener.skipped(record));
  }

  @Override
  public void laneCpu(long nanos) {
    tell(ofLeases, listener -> listener.laneCpu(nanos));
  }
}
