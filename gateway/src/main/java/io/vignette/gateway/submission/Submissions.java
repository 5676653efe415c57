package io.vignette.gateway.submission;

import io.vignette.gateway.admission.Admission;
import io.vignette.gateway.secret.DeploymentSecret;
import io.vignette.gateway.status.JobTable;
import io.vignette.images.ImageLimits;
import io.vignette.images.source.BlobStore;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.JobStatus;
import io.vignette.wire.JobId;
import io.vignette.wire.Reason;
import io.vignette.wire.Topics;
import io.vignette.wire.TraceContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests in: the one door for REST and for the command line.
 *
 * <p>Thread-safe; never blocks. Not bounded: callers hold a limited number of requests in flight.
 *
 * <p>Guarantees that a returned id names a job whose record and {@code submitted} event Kafka has
 * confirmed, in that order; and that two different requests under one idempotency key never both
 * succeed, on whichever gateways. Does not guarantee that a refused or failed request left nothing
 * behind: a job record without its event is still run.
 */
@ApplicationScoped
public class Submissions {
  /** How long a keyed request waits for the table; as long as a look-up. */
  private static final Duration TABLE_WAIT = Duration.ofSeconds(1);

  private final JobTable table;
  private final JobDrafts drafts;
  private final JobWriter writer;
  private final SubmissionCounters counters = new SubmissionCounters();

  @Inject
  public Submissions(
      JobLog log,
      JobTable table,
      Topics topics,
      ModelRepository models,
      BlobStore blobs,
      ImageLimits imageLimits,
      SubmissionConfig config,
      DeploymentSecret secret,
      Clock clock) {
    Admission admission = new Admission(models, config.limits());
    ImageIntake images = new ImageIntake(blobs, imageLimits, config.inlineBytesMax());
    this.table = table;
    this.drafts = new JobDrafts(models, admission, images, config.deadlineMax(), secret, clock);
    this.writer = new JobWriter(log, topics, admission, images);
  }

  /** Writes the job that {@code request} asks for, as a trace of its own. */
  public CompletionStage<JobId> submit(CaptionRequest request) {
    return submit(request, TraceContext.fresh());
  }

  /**
   * Writes the job that {@code request} asks for.
   *
   * @return completes when Kafka has confirmed it; fails with {@link RejectedException}
   */
  public CompletionStage<JobId> submit(CaptionRequest request, TraceContext trace) {
    return take(request, trace).whenComplete((id, failure) -> count(failure));
  }

  /** What became of the requests so far. */
  public SubmissionCounters counters() {
    return counters;
  }

  private CompletionStage<JobId> take(CaptionRequest request, TraceContext trace) {
    try {
      CaptionJob draft = drafts.draft(request);
      JobId id = JobId.parse(draft.getJobId()).orElseThrow();
      Submission submission = new Submission(id, draft, request.image(), trace);
      return request.idempotencyKey().isPresent()
          ? submitKeyed(submission)
          : writer.write(submission).thenApply(done -> id);
    } catch (RejectedException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private void count(@Nullable Throwable failure) {
    if (failure == null) {
      counters.countAccepted();
    } else {
      counters.countRejected(
          unwrapped(failure) instanceof RejectedException rejected
              ? rejected.reason()
              : Reason.INTERNAL);
    }
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  /**
   * A repetition finds its job in the table and writes nothing. What two gateways take at the same
   * moment is settled afterwards, by whose event came first.
   */
  private CompletionStage<JobId> submitKeyed(Submission submission) {
    return lookup(submission.id())
        .thenCompose(
            known ->
                known.isPresent()
                    ? sameRequest(known, submission)
                    : writer
                        .write(submission)
                        .thenCompose(done -> lookup(submission.id()))
                        .thenCompose(first -> sameRequest(first, submission)));
  }

  private CompletionStage<Optional<JobStatus>> lookup(JobId id) {
    return table
        .lookup(id, TABLE_WAIT)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedStage(
                    new RejectedException(
                        Reason.GATEWAY_BUSY,
                        unwrapped(failure).getMessage() + "; repeat the request",
                        failure)));
  }

  private static CompletionStage<JobId> sameRequest(
      Optional<JobStatus> known, Submission submission) {
    boolean conflicts =
        known
            .map(status -> status.getIdentity().getRequestFingerprint())
            .filter(first -> !first.equals(submission.job().getRequestFingerprint()))
            .isPresent();
    return conflicts
        ? CompletableFuture.failedStage(
            new RejectedException(
                Reason.JOB_CONFLICT,
                "idempotency key: used before for another request, job "
                    + submission.id()
                    + " (expected: a new key, or the same request)"))
        : CompletableFuture.completedStage(submission.id());
  }
}
