package io.vignette.gateway.submission;

import com.google.protobuf.Timestamp;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.JobStatus;
import java.time.Instant;

/** The events that a gateway states about jobs. */
public final class JobFacts {
  private static final String SOURCE = "gateway";
  private static final int FIRST_ATTEMPT = 1;

  private JobFacts() {}

  /**
   * The job is durably at {@code position}.
   *
   * @param imageBytes of the image that is kept for the job
   */
  static JobEvent submitted(CaptionJob job, Position position, long imageBytes) {
    return JobEvent.newBuilder()
        .setJobId(job.getJobId())
        .setAt(job.getSubmittedAt())
        .setAttempt(FIRST_ATTEMPT)
        .setSource(SOURCE)
        .setIdentity(identity(job))
        .setSubmitted(
            io.vignette.proto.v1.Submitted.newBuilder()
                .setTopic(position.topic())
                .setPartition(position.partition())
                .setOffset(position.offset())
                .setImageBytes(imageBytes))
        .build();
  }

  /** The job's deadline passed while it was open. */
  public static JobEvent expired(JobStatus open, Instant now) {
    return JobEvent.newBuilder()
        .setJobId(open.getJobId())
        .setAt(timestamp(now))
        .setAttempt(open.getAttempt())
        .setSource(SOURCE)
        .setIdentity(open.getIdentity())
        .setExpired(
            io.vignette.proto.v1.Expired.newBuilder()
                .setReason("deadline passed before a worker had an answer"))
        .build();
  }

  static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  private static JobIdentity identity(CaptionJob job) {
    return JobIdentity.newBuilder()
        .setTenant(job.getTenant())
        .setClientReference(job.getClientReference())
        .setBatchId(job.getBatchId())
        .setModel(job.getModel())
        .setPriority(job.getPriority())
        .setSubmittedAt(job.getSubmittedAt())
        .setDeadline(job.getDeadline())
        .putAllMetadata(job.getMetadataMap())
        .setRequestFingerprint(job.getRequestFingerprint())
        .build();
  }
}
