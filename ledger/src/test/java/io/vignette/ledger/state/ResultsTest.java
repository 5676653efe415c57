package io.vignette.ledger.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.DeadJob;
import io.vignette.proto.v1.JobError;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;
import org.junit.jupiter.api.Test;

class ResultsTest {

  private static final Events JOB = Events.of("job-1");

  @Test
  void aSuccessCarriesIdentityAndAnswers() {
    CaptionResult result = Results.resultOf(end(JOB.succeeded(3)));

    assertThat(result)
        .isEqualTo(
            CaptionResult.newBuilder()
                .setJobId("job-1")
                .setTenant("acme")
                .setClientReference("photo-job-1")
                .setState(State.SUCCEEDED)
                .addAllAnswers(JOB.succeeded(3).getSucceeded().getAnswersList())
                .setTimings(JOB.succeeded(3).getSucceeded().getTimings())
                .setModel("tiny-blip2")
                .setModelVersion("1")
                .setWorker("w1")
                .setAttempt(3)
                .setBatchSize(4)
                .putMetadata("album", "summer")
                .setSubmittedAt(Events.AT)
                .setFinishedAt(Events.AT)
                .setRequestFingerprint("f-job-1")
                .build());
  }

  @Test
  void aFailureCarriesItsErrorAndMakesADeadJob() {
    JobEvent failed = JOB.failed(2);

    JobStatus status = end(failed);

    assertThat(Results.resultOf(status).getError()).isEqualTo(failed.getFailed().getError());
    assertThat(Results.deadJobOf(status, failed))
        .isEqualTo(
            DeadJob.newBuilder()
                .setJobId("job-1")
                .setReason(failed.getFailed().getError())
                .setAttempts(2)
                .setOrigin(failed.getFailed().getOrigin())
                .setIdentity(JOB.identity())
                .setAt(Events.AT)
                .build());
  }

  @Test
  void aCancelledAndAnExpiredJobSayWhy() {
    assertThat(Results.resultOf(end(JOB.cancelled())).getError())
        .isEqualTo(error("job.cancelled", "job: cancelled (asked by client)"));
    assertThat(Results.resultOf(end(JOB.expired())).getError())
        .isEqualTo(error("job.expired", "job: expired"));
  }

  @Test
  void aLateAttemptsResultNamesThatAttempt() {
    JobStatus queued = JobFold.apply(null, JOB.retried(1), 0).status();

    JobStatus ended = JobFold.apply(queued, JOB.succeeded(1), 1).status();

    assertThat(ended.getAttempt()).isEqualTo(2);
    assertThat(Results.resultOf(ended).getAttempt()).isEqualTo(1);
  }

  @Test
  void anOpenJobHasNone() {
    JobStatus queued = JobFold.apply(null, JOB.submitted(), 0).status();

    assertThatThrownBy(() -> Results.resultOf(queued))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("state of job job-1: QUEUED (expected: terminal)");
  }

  private static JobError error(String code, String message) {
    return JobError.newBuilder().setCode(code).setMessage(message).setRetryable(true).build();
  }

  private static JobStatus end(JobEvent event) {
    return JobFold.apply(null, event, 0).status();
  }
}
