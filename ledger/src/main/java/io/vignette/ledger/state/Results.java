package io.vignette.ledger.state;

import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.DeadJob;
import io.vignette.proto.v1.JobError;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.Succeeded;
import io.vignette.wire.Reason;

/** The terminal records of a job, made from its status and the event that ended it. */
public final class Results {

  private Results() {}

  /**
   * The result that a terminal status carries.
   *
   * @throws IllegalStateException if the job is open; a programming error
   */
  public static CaptionResult resultOf(JobStatus status) {
    requireTerminal(status);
    return status.getResult();
  }

  /**
   * What to set aside of a job that failed.
   *
   * @param failed the event that ended it
   * @throws IllegalStateException if the job is open; a programming error
   */
  public static DeadJob deadJobOf(JobStatus status, JobEvent failed) {
    requireTerminal(status);
    return DeadJob.newBuilder()
        .setJobId(status.getJobId())
        .setReason(status.getResult().getError())
        .setAttempts(status.getAttempt())
        .setOrigin(failed.getFailed().getOrigin())
        .setIdentity(status.getIdentity())
        .setAt(status.getSince())
        .build();
  }

  /** The result of a job that {@code event} brought into the state of {@code ended}. */
  static CaptionResult of(JobStatus ended, JobEvent event) {
    JobIdentity identity = ended.getIdentity();
    CaptionResult.Builder result =
        CaptionResult.newBuilder()
            .setJobId(ended.getJobId())
            .setTenant(identity.getTenant())
            .setClientReference(identity.getClientReference())
            .setBatchId(identity.getBatchId())
            .setState(ended.getState())
            .setModel(identity.getModel())
            .setAttempt(event.getAttempt() > 0 ? event.getAttempt() : ended.getAttempt())
            .putAllMetadata(identity.getMetadataMap())
            .setFinishedAt(event.getAt())
            .setRequestFingerprint(identity.getRequestFingerprint());
    if (identity.hasSubmittedAt()) {
      result.setSubmittedAt(identity.getSubmittedAt());
    }
    addOutcome(result, event);
    return result.build();
  }

  private static void addOutcome(CaptionResult.Builder result, JobEvent event) {
    switch (event.getFactCase()) {
      case SUCCEEDED -> addSuccess(result, event.getSucceeded());
      case FAILED ->
          result
              .setError(event.getFailed().getError())
              .setTimings(event.getFailed().getTimings())
              .setWorker(event.getFailed().getWorker());
      case CANCELLED ->
          result.setError(
              error(Reason.JOB_CANCELLED, "cancelled", event.getCancelled().getReason()));
      case EXPIRED ->
          result.setError(error(Reason.JOB_EXPIRED, "expired", event.getExpired().getReason()));
      case SUBMITTED, STARTED, RETRIED, FACT_NOT_SET ->
          throw new IllegalArgumentException(
              "fact: " + event.getFactCase() + " (expected: one that ends a job)");
    }
  }

  private static void addSuccess(CaptionResult.Builder result, Succeeded succeeded) {
    result
        .addAllAnswers(succeeded.getAnswersList())
        .setTimings(succeeded.getTimings())
        .setModelVersion(succeeded.getModelVersion())
        .setWorker(succeeded.getWorker())
        .setBatchSize(succeeded.getBatchSize());
  }

  private static JobError error(Reason reason, String state, String cause) {
    return JobError.newBuilder()
        .setCode(reason.code())
        .setMessage(cause.isEmpty() ? "job: " + state : "job: " + state + " (" + cause + ")")
        .setRetryable(reason.isRetryable())
        .build();
  }

  private static void requireTerminal(JobStatus status) {
    if (!JobState.isTerminal(status)) {
      throw new IllegalStateException(
          "state of job " + status.getJobId() + ": " + status.getState() + " (expected: terminal)");
    }
  }
}
