package io.vignette.gateway.submission;

import io.vignette.gateway.admission.Admission;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.ImageReference;
import io.vignette.proto.v1.Priority;
import io.vignette.wire.Reason;
import io.vignette.wire.Refusal;
import io.vignette.wire.Topics;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Puts an admitted job where it belongs: a large picture into the blob store, the job on its topic,
 * the {@code submitted} event behind it. Thread-safe; never blocks.
 */
final class JobWriter {
  private final JobLog log;
  private final Topics topics;
  private final Admission admission;
  private final ImageIntake images;
  private final Executor blocking = task -> Thread.ofVirtual().name("image-store").start(task);

  JobWriter(JobLog log, Topics topics, Admission admission, ImageIntake images) {
    this.log = log;
    this.topics = topics;
    this.admission = admission;
    this.images = images;
  }

  /**
   * Job first, then event: an event never tells of a job that may not exist. Completes with where
   * the event is.
   */
  CompletionStage<Position> write(Submission submission) {
    if (!log.takesRecords()) { // Before an image is stored for a job that can't be written.
      return CompletableFuture.failedStage(
          new RejectedException(Reason.QUEUE_UNAVAILABLE, ChannelJobLog.QUEUE_AWAY));
    }
    CompletionStage<Written> job =
        images.needsStore(submission.image())
            ? CompletableFuture.completedStage(submission)
                .thenComposeAsync(this::storeAndWriteJob, blocking)
            : writeJob(submission);
    return job.thenCompose(
        written ->
            log.writeEvent(
                JobFacts.submitted(
                    written.job(), written.position(), submission.image().keptBytes()),
                submission.trace()));
  }

  private CompletionStage<Written> storeAndWriteJob(Submission submission) {
    try {
      ImageReference stored = images.store(submission.job().getImage(), submission.image());
      CaptionJob complete = submission.job().toBuilder().setImage(stored).build();
      return writeJob(submission.withJob(complete))
          .whenCompleteAsync((written, failure) -> discardUnlessWritten(stored, failure), blocking);
    } catch (RejectedException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /** Without a confirmation the job may be on Kafka all the same, and need its picture. */
  private void discardUnlessWritten(ImageReference stored, @Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof RejectedException rejected
        && rejected.reason() == Reason.REQUEST_TOO_LARGE) {
      images.discard(stored);
    }
  }

  private CompletionStage<Written> writeJob(Submission submission) {
    CaptionJob job = submission.job();
    Optional<Refusal> refusal = admission.checkRecord(job);
    if (refusal.isPresent()) {
      return CompletableFuture.failedStage(RejectedException.of(refusal.get()));
    }
    return log.writeJob(topicOf(job), job, submission.trace())
        .thenApply(position -> new Written(job, position));
  }

  private record Written(CaptionJob job, Position position) {}

  private String topicOf(CaptionJob job) {
    return job.getPriority() == Priority.BULK ? topics.jobsBulk() : topics.jobsInteractive();
  }
}
