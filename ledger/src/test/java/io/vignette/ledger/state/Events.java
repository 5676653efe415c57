package io.vignette.ledger.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Timestamp;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.Cancelled;
import io.vignette.proto.v1.Expired;
import io.vignette.proto.v1.Failed;
import io.vignette.proto.v1.JobError;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.Origin;
import io.vignette.proto.v1.Retried;
import io.vignette.proto.v1.Started;
import io.vignette.proto.v1.Submitted;
import io.vignette.proto.v1.Succeeded;
import io.vignette.wire.Reason;
import java.util.UUID;

/** Events of a job, as its gateway and workers would state them. */
public record Events(String jobId, JobIdentity identity) {

  public static final Timestamp AT = Timestamp.newBuilder().setSeconds(1_800_000_000L).build();
  public static final Timestamp LATER = Timestamp.newBuilder().setSeconds(1_800_000_010L).build();

  /** Of a job with a full identity, whose id is made of a short name. */
  public static Events named(String name) {
    return of(id(name));
  }

  /** The job id that a short name always gives. */
  public static String id(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString();
  }

  /** Of a job with a full identity. */
  public static Events of(String jobId) {
    return new Events(
        jobId,
        JobIdentity.newBuilder()
            .setTenant("acme")
            .setClientReference("photo-" + jobId)
            .setModel("tiny-blip2")
            .setSubmittedAt(AT)
            .setRequestFingerprint("f-" + jobId)
            .putMetadata("album", "summer")
            .build());
  }

  /** The same id claimed by another request. */
  public Events claimedBy(String fingerprint) {
    return new Events(jobId, identity.toBuilder().setRequestFingerprint(fingerprint).build());
  }

  public Events anonymous() {
    return new Events(jobId, JobIdentity.getDefaultInstance());
  }

  public JobEvent submitted() {
    return event(0)
        .setSubmitted(Submitted.newBuilder().setTopic("vignette.jobs.bulk").setOffset(7))
        .build();
  }

  public JobEvent started(int attempt) {
    return event(attempt).setStarted(Started.newBuilder().setWorker("w1")).build();
  }

  public JobEvent retried(int attempt) {
    return event(attempt).setRetried(Retried.newBuilder().setNotBefore(LATER)).build();
  }

  public JobEvent succeeded(int attempt) {
    return succeeded(attempt, "a red circle");
  }

  public JobEvent succeeded(int attempt, String text) {
    return event(attempt)
        .setSucceeded(
            Succeeded.newBuilder()
                .addAnswers(Answer.newBuilder().setText(text))
                .setWorker("w1")
                .setModelVersion("1")
                .setBatchSize(4))
        .build();
  }

  public JobEvent failed(int attempt) {
    return event(attempt)
        .setFailed(
            Failed.newBuilder()
                .setError(JobError.newBuilder().setCode(Reason.IMAGE_CORRUPT.code()))
                .setOrigin(Origin.newBuilder().setTopic("vignette.jobs.bulk").setOffset(7)))
        .build();
  }

  public JobEvent cancelled() {
    return event(0).setCancelled(Cancelled.newBuilder().setReason("asked by client")).build();
  }

  public JobEvent expired() {
    return event(0).setExpired(Expired.getDefaultInstance()).build();
  }

  public JobEvent unknown() {
    return event(0).build();
  }

  private JobEvent.Builder event(int attempt) {
    return JobEvent.newBuilder()
        .setJobId(jobId)
        .setAt(AT)
        .setAttempt(attempt)
        .setSource("test")
        .setIdentity(identity);
  }
}
