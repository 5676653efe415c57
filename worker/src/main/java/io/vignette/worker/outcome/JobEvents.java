package io.vignette.worker.outcome;

import com.google.protobuf.Timestamp;
import io.vignette.proto.v1.Cancelled;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.Expired;
import io.vignette.proto.v1.Failed;
import io.vignette.proto.v1.JobError;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.Origin;
import io.vignette.proto.v1.Retried;
import io.vignette.proto.v1.Started;
import io.vignette.proto.v1.Succeeded;
import io.vignette.proto.v1.Timings;
import io.vignette.records.IdentityBounds;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.lease.UnreadableJob;
import java.time.Clock;
import java.time.Instant;

/** Makes the events a worker states. Immutable. */
final class JobEvents {
  private final String worker;
  private final Clock clock;

  JobEvents(String worker, Clock clock) {
    this.worker = worker;
    this.clock = clock;
  }

  JobEvent started(LeasedJob job) {
    return event(job).setStarted(Started.newBuilder().setWorker(worker)).build();
  }

  JobEvent succeeded(LeasedJob job, Outcome.Captioned captioned) {
    return event(job)
        .setSucceeded(
            Succeeded.newBuilder()
                .addAllAnswers(captioned.answers())
                .setTimings(captioned.timings())
                .setModelVersion(captioned.modelVersion())
                .setWorker(worker)
                .setBatchSize(captioned.batchSize()))
        .build();
  }

  JobEvent failed(LeasedJob job, Outcome.Failed failed) {
    return event(job).setFailed(failure(failed.error(), failed.timings(), job.origin())).build();
  }

  JobEvent retried(LeasedJob job, Instant notBefore, JobError cause) {
    return event(job)
        .setRetried(Retried.newBuilder().setNotBefore(timestamp(notBefore)).setCause(cause))
        .build();
  }

  JobEvent expired(LeasedJob job, Outcome.Expired expired) {
    return event(job).setExpired(Expired.newBuilder().setReason(expired.reason())).build();
  }

  JobEvent cancelled(LeasedJob job, Outcome.Cancelled cancelled) {
    return event(job).setCancelled(Cancelled.newBuilder().setReason(cancelled.reason())).build();
  }

  JobEvent unreadable(UnreadableJob job, JobError error) {
    return JobEvent.newBuilder()
        .setJobId(job.id())
        .setAt(timestamp(clock.instant()))
        .setAttempt(job.attempt())
        .setSource(worker)
        .setFailed(failure(error, Timings.getDefaultInstance(), job.origin()))
        .build();
  }

  private Failed.Builder failure(JobError error, Timings timings, Origin origin) {
    return Failed.newBuilder()
        .setError(error)
        .setTimings(timings)
        .setWorker(worker)
        .setOrigin(origin);
  }

  private JobEvent.Builder event(LeasedJob job) {
    return JobEvent.newBuilder()
        .setJobId(job.id())
        .setAt(timestamp(clock.instant()))
        .setAttempt(job.attempt())
        .setSource(worker)
        .setIdentity(identity(job.job()));
  }

  /** Of any job, one that breaks all rules too: its failure must be stated. */
  private static JobIdentity identity(CaptionJob job) {
    JobIdentity.Builder identity =
        JobIdentity.newBuilder()
            .setTenant(job.getTenant())
            .setClientReference(job.getClientReference())
            .setBatchId(job.getBatchId())
            .setModel(job.getModel())
            .setPriorityValue(job.getPriorityValue())
            .putAllMetadata(job.getMetadataMap())
            .setRequestFingerprint(job.getRequestFingerprint());
    if (job.hasSubmittedAt()) {
      identity.setSubmittedAt(job.getSubmittedAt());
    }
    if (job.hasDeadline()) {
      identity.setDeadline(job.getDeadline());
    }
    return IdentityBounds.within(identity.build());
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
