package io.vignette.gateway.submission;

import io.vignette.gateway.admission.Admission;
import io.vignette.gateway.queue.QueueBounds;
import io.vignette.gateway.queue.QueueFull;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests in: the one door for REST and for the command line.
 *
 * <p>Thread-safe; never blocks. Bounded by {@link QueueBounds}, but for callers in this process
 * that bound their own open jobs; how many requests are being written is for the callers to bound.
 *
 * <p>Guarantees that a returned id names a job whose record and {@code submitted} event Kafka has
 * confirmed, in that order; and that two different requests under one idempotency key never both
 * succeed, on whichever gateways. Does not guarantee that a refused or failed request left nothing
 * behind: a job record without its event is still run.
 */
@ApplicationScoped
public class Submissions {
  private final JobTable table;
  private final JobDrafts drafts;
  private final JobWriter writer;
  private final QueueBounds bounds;
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
      QueueBounds bounds,
      Clock clock) {
    Admission admission = new Admission(models, config.limits());
    ImageIntake images = new ImageIntake(blobs, imageLimits, config.inlineBytesMax());
    this.table = table;
    this.bounds = bounds;
    this.drafts = new JobDrafts(models, admission, images, config.deadlineMax(), secret, clock);
    this.writer = new JobWriter(log, topics, admission, images);
  }

  /**
   * Writes the job that {@code request} asks for, as a trace of its own and however long the queue
   * is: for a caller in this process which bounds how many of its own jobs are open.
   *
   * @return as {@link #submit}
   */
  public CompletionStage<JobId> submitOwn(CaptionRequest request) {
    return counted(take(request, TraceContext.fresh(), submission -> Optional.empty()));
  }

  /**
   * Writes the job that {@code request} asks for, where the queue has room for it.
   *
   * @return completes when Kafka has confirmed it; fails with {@link RejectedException}
   */
  public CompletionStage<JobId> submit(CaptionRequest request, TraceContext trace) {
    return counted(take(request, trace, this::roomFor));
  }

  private Optional<QueueFull> roomFor(Submission submission) {
    return bounds.check(submission.job().getPriority(), submission.image().keptBytes());
  }

  private CompletionStage<JobId> counted(CompletionStage<JobId> taken) {
    return taken.whenComplete((id, failure) -> count(failure));
  }

  /** What became of the requests so far. */
  public SubmissionCounters counters() {
    return counters;
  }

  private CompletionStage<JobId> take(
      CaptionRequest request, TraceContext trace, Function<Submission, Optional<QueueFull>> room) {
    try {
      CaptionJob draft = drafts.draft(request);
      JobId id = JobId.parse(draft.getJobId()).orElseThrow();
      Submission submission = new Submission(id, draft, request.image(), trace);
      return request.idempotencyKey().isPresent()
          ? submitKeyed(submission, room)
          : write(submission, room).thenApply(done -> id);
    } catch (RejectedException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /**
   * A repetition of a job that is known needs no room, so this comes after the look at the table.
   */
  private CompletionStage<Position> write(
      Submission submission, Function<Submission, Optional<QueueFull>> room) {
    return room.apply(submission)
        .map(full -> CompletableFuture.<Position>failedStage(RejectedException.of(full)))
        .orElseGet(() -> writer.write(submission));
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
   * A repetition finds its job in the table and writes nothing. What the table does not know is
   * written at once; whose event came first decides what the answer is, and the table tells when it
   * has read as far as this one's. So a submission waits for its own event alone, however much
   * others write meanwhile.
   */
  private CompletionStage<JobId> submitKeyed(
      Submission submission, Function<Submission, Optional<QueueFull>> room) {
    if (!table.isReady()) {
      return CompletableFuture.failedStage(
          busy("job table: still loading (expected: ready)", null));
    }
    Optional<JobStatus> known = table.peek(submission.id());
    return known.isPresent()
        ? sameRequest(known, submission)
        : write(submission, room)
            .thenCompose(event -> first(submission.id(), event))
            .thenCompose(first -> sameRequest(first, submission));
  }

  /** The job as it is by the events up to this one. */
  private CompletionStage<Optional<JobStatus>> first(JobId id, Position event) {
    CompletionStage<Optional<JobStatus>> first =
        event.hasOffset()
            ? table.lookupAfter(id, event.partition(), event.offset())
            : table.lookup(id);
    return first.exceptionallyCompose(
        failure ->
            CompletableFuture.failedStage(
                busy(String.valueOf(unwrapped(failure).getMessage()), failure)));
  }

  private static RejectedException busy(String why, @Nullable Throwable cause) {
    return new RejectedException(Reason.GATEWAY_BUSY, why + "; repeat the request", cause);
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
