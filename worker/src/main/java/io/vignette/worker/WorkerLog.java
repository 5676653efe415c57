package io.vignette.worker;

import static io.vignette.kafka.OutageLog.text;

import io.vignette.kafka.KafkaWatch;
import io.vignette.kafka.LineAllowance;
import io.vignette.kafka.OutageLog;
import io.vignette.records.SkippedRecord;
import io.vignette.worker.lease.LaneKind;
import io.vignette.worker.lease.LeaseListener;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.lease.UnreadableJob;
import io.vignette.worker.loop.RestartingLoop;
import io.vignette.worker.outcome.Outcome;
import io.vignette.worker.pipeline.AttemptTimes;
import io.vignette.worker.pipeline.JobPipeline;
import io.vignette.worker.pipeline.PipelineListener;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** Writes what an operator must know of; nothing for a job that goes well. Thread-safe. */
final class WorkerLog implements PipelineListener, LeaseListener {
  private static final Logger LOG = Logger.getLogger("io.vignette.worker");

  private final Duration attemptBudget;
  private final AtomicBoolean leaseTimeChecked = new AtomicBoolean();
  private final OutageLog lanes = new OutageLog();
  private final OutageLog topics = new OutageLog();
  private final OutageLog records = new OutageLog();
  private final LineAllowance unreadable = new LineAllowance();
  private final LineAllowance skipped = new LineAllowance();

  WorkerLog(Duration attemptBudget) {
    this.attemptBudget = attemptBudget;
  }

  @Override
  public void leaseTime(LaneKind lane, Duration leaseTime) {
    if (leaseTimeChecked.compareAndSet(false, true)
        && attemptBudget.compareTo(leaseTime.multipliedBy(3).dividedBy(4)) > 0) {
      LOG.warnf(
          "CAP-1001 attempt budget: %s with leases of %s (expected: at most three quarters, and"
              + " is cut to that)",
          attemptBudget, leaseTime);
    }
  }

  @Override
  public void laneFailed(String lane, RuntimeException cause, Duration wait) {
    if (lanes.failed()) {
      LOG.warnf("CAP-1002 %s lost its consumer, again in %s: error=%s", lane, wait, cause);
    }
  }

  @Override
  public void lanePolled(String lane) {
    lanes
        .succeeded()
        .ifPresent(after -> LOG.infof("CAP-1019 lanes poll again after %s", text(after)));
  }

  @Override
  public void topicsUnknown(Throwable cause, Duration wait) {
    if (topics.failed()) {
      LOG.warnf("CAP-1010 topics cannot be looked up, again in %s: error=%s", wait, cause);
    }
  }

  @Override
  public void topicsKnown() {
    topics
        .succeeded()
        .ifPresent(after -> LOG.infof("CAP-1020 topics looked up after %s", text(after)));
  }

  @Override
  public void topicsMissing(Set<String> topics) {
    LOG.infof("CAP-1014 topics not there yet, waiting for a gateway to make them: %s", topics);
  }

  @Override
  public void takeOverFailed(LaneKind lane, Throwable cause) {
    LOG.warnf(
        "CAP-1022 progress of workers with another lease source not taken over, jobs may be done"
            + " once more: lane=%s error=%s",
        lane, cause);
  }

  @Override
  public void protocolRefused(Throwable cause) {
    LOG.infof(
        "CAP-1023 consumer groups are joined with the classic protocol, Kafka refuses the newer"
            + " one: error=%s",
        cause);
  }

  @Override
  public void acknowledgementsFailed(LaneKind lane, int records) {
    LOG.infof("CAP-1003 acknowledgements not confirmed: lane=%s records=%d", lane, records);
  }

  @Override
  public void unreadable(UnreadableJob job) {
    unreadable
        .ask()
        .ifPresent(
            leftOut ->
                LOG.warnf(
                    "CAP-1004 record is no job: jobId=%s topicName=%s partition=%d offset=%d"
                        + " error=%s%s",
                    job.id(),
                    job.origin().getTopic(),
                    job.origin().getPartition(),
                    job.origin().getOffset(),
                    job.problem(),
                    LineAllowance.text(leftOut)));
  }

  @Override
  public void skipped(SkippedRecord record) {
    skipped
        .ask()
        .ifPresent(
            leftOut ->
                LOG.warnf(
                    "CAP-1040 record passed over: %s%s", record, LineAllowance.text(leftOut)));
  }

  @Override
  public void fault(LeasedJob job, Throwable cause) {
    LOG.errorf(cause, "CAP-1005 internal fault: jobId=%s attempt=%d", job.id(), job.attempt());
  }

  @Override
  public void wentDownAlone(LeasedJob job, int crashes) {
    LOG.warnf(
        "CAP-1050 workers that went down while they had the image alone: %d, of %d allowed:"
            + " jobId=%s",
        crashes, JobPipeline.CRASHES_MAX, job.id());
  }

  @Override
  public void ended(LeasedJob job, Outcome outcome, AttemptTimes times) {
    records
        .succeeded()
        .ifPresent(after -> LOG.infof("CAP-1021 records confirmed again after %s", text(after)));
  }

  @Override
  public void unpublished(LeasedJob job, Throwable cause) {
    if (records.failed()) {
      LOG.warnf("CAP-1006 record not confirmed by Kafka: jobId=%s error=%s", job.id(), cause);
    }
  }

  RestartingLoop.Listener loop(String name) {
    return new RestartingLoop.Listener() {
      @Override
      public void failed(RuntimeException cause) {
        LOG.warnf("CAP-1007 %s begins anew: error=%s", name, cause);
      }

      @Override
      public void recovered(Duration after) {
        LOG.infof("CAP-1016 %s works again after %s", name, text(after));
      }
    };
  }

  KafkaWatch.Listener kafka() {
    return new KafkaWatch.Listener() {
      @Override
      public void away(String why) {
        LOG.warnf("CAP-1017 kafka: no answer, not ready until there is one (%s)", why);
      }

      @Override
      public void back(Duration after) {
        LOG.infof("CAP-1018 kafka: answers again after %s", text(after));
      }
    };
  }

  void broken(Throwable cause) {
    LOG.errorf(cause, "CAP-1013 worker cannot begin, only a restart helps: error=%s", cause);
  }

  void noScaledDecode() {
    LOG.warn(
        "CAP-1024 vignette.preparation.scaled-decode: without effect, there is no libturbojpeg that"
            + " can be used");
  }

  void engineState(boolean ready, String detail) {
    if (ready) {
      LOG.infof("CAP-1008 engine ready: %s", detail);
    } else {
      LOG.warnf("CAP-1009 engine not ready, lanes stop acquiring: %s", detail);
    }
  }
}
