package io.vignette.worker.pipeline;

import com.google.protobuf.Timestamp;
import io.vignette.images.ImageRejectedException;
import io.vignette.models.Model;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.ImageReference;
import io.vignette.proto.v1.JobError;
import io.vignette.proto.v1.Prompt;
import io.vignette.wire.Reason;
import io.vignette.wire.Topics.Delay;
import io.vignette.worker.batch.BatchRequest;
import io.vignette.worker.batch.BatchedAnswer;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceItem;
import io.vignette.worker.lease.LaneKind;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.outcome.Outcome;
import io.vignette.worker.preparation.PictureForm;
import io.vignette.worker.preparation.Preparer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One try at a leased job: check, prepare, infer, answer.
 *
 * <p>Stages follow each other on the threads of whoever completes them; answers are read on the
 * pipeline's own thread, so that an engine's thread does nothing but infer. The first outcome
 * stands: {@link #end} may cut an attempt short at any time, and withdraws what is in a batch.
 */
final class Attempt {
  private static final long STATED_AFTER_NANOS = Duration.ofMillis(500).toNanos();

  /** A wait that is longer is none: whoever submitted the job told a time that cannot be. */
  private static final Duration WAIT_MAX = Duration.ofDays(365);

  private final LeasedJob leased;
  private final Stages stages;
  private final Turn turn;
  private final AttemptTimes times;
  private final Instant deadline;
  private final Instant budgetEnd;
  private final List<Prompt> prompts;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private volatile @Nullable CompletableFuture<BatchedAnswer> inference;

  /** Whether the engine has begun with it: only then was the attempt its own. */
  private volatile boolean inferring;

  private volatile boolean fetched;
  private volatile boolean decoding;
  private volatile boolean hasBegun;
  private long begunNanos;
  private boolean startStated;
  private int failures;

  Attempt(LeasedJob leased, Stages stages, Turn turn, Instant budgetEnd) {
    this.leased = leased;
    this.stages = stages;
    this.turn = turn;
    this.budgetEnd = budgetEnd;
    CaptionJob job = leased.job();
    Instant now = stages.clock().instant();
    this.deadline = job.hasDeadline() ? instant(job.getDeadline()) : Instant.MAX;
    this.times =
        new AttemptTimes(job.hasSubmittedAt() ? waitNanos(instant(job.getSubmittedAt()), now) : 0);
    this.prompts =
        job.getPromptsCount() == 0
            ? List.of(Prompt.newBuilder().setKind(Prompt.Kind.CAPTION).build())
            : job.getPromptsList();
  }

  LeasedJob leased() {
    return leased;
  }

  AttemptTimes times() {
    return times;
  }

  /** Begins; returns how the attempt ends, when its turn in decoder and engine has ended too. */
  CompletionStage<Outcome> run() {
    try {
      Optional<Outcome> early = interruption();
      if (early.isPresent()) {
        end(early.get());
      } else {
        check();
      }
    } catch (RuntimeException e) {
      fault(e, Errors.CHECK);
    }
    return outcome.thenCompose(ending -> turn.end().thenApply(done -> ending));
  }

  /** Ends the attempt unless it has ended, and withdraws it from its batch. */
  void end(Outcome ending) {
    if (outcome.complete(ending)) {
      CompletableFuture<BatchedAnswer> running = inference;
      if (running != null) {
        running.cancel(false);
      }
      turn.end();
    }
  }

  /**
   * States the start of an attempt that has gone on for long, once. A short one nobody would see
   * running, and each start costs an event, a state and all that follows. Called by one thread at a
   * time.
   */
  void stateStartIfLong() {
    boolean isLong =
        hasBegun
            && (fetched || !mayGiveWay())
            && System.nanoTime() - begunNanos >= STATED_AFTER_NANOS
            && !outcome.isDone();
    if (isLong && !startStated) {
      startStated = true;
      stages.stateStart(leased);
    }
  }

  /** Ends the attempt if nobody wants it any more or its time is over. */
  void endIfInterrupted() {
    interruption().ifPresent(this::end);
  }

  private Optional<Outcome> interruption() {
    if (stages.cancellations().isCancelled(leased.id())) {
      return Optional.of(new Outcome.Cancelled("cancelled by the client"));
    }
    Instant now = stages.clock().instant();
    if (!now.isBefore(deadline)) {
      return Optional.of(new Outcome.Expired("deadline: %s passed".formatted(deadline)));
    }
    return now.isBefore(budgetEnd) ? Optional.empty() : Optional.of(unfinished());
  }

  private Outcome unfinished() {
    String message =
        "attempt: not finished by %s (expected: within its budget)".formatted(budgetEnd);
    JobError error = Errors.of(Reason.INFERENCE_FAILED, message, Errors.INFER);
    if (inferring) {
      return spentUnlessAway(error);
    }
    // An image that takes for ever to decode must not go round for ever.
    return decoding ? spent(error) : retry(false, error);
  }

  private void check() {
    String name = leased.job().getModel();
    Optional<Model> found = stages.models().apply(name);
    if (found.isEmpty()) {
      fail(
          Errors.of(
              Reason.MODEL_UNKNOWN,
              "model: '%s' (expected: one of this worker's)".formatted(name),
              Errors.CHECK));
      return;
    }
    Model model = found.get();
    try {
      List<EncodedPrompt> encoded =
          stages.prompts().encode(model, prompts, leased.job().getGeneration());
      prepare(model, encoded);
    } catch (JobRejectedException e) {
      fail(Errors.of(e.reason(), String.valueOf(e.getMessage()), Errors.CHECK));
    }
  }

  private void prepare(Model model, List<EncodedPrompt> encoded) {
    Optional<ImageWait> wait = stages.imageWait(leased.lane(), image());
    if (wait.isPresent() && !wait.get().begin()) {
      end(givenWay());
      return;
    }
    outcome.whenComplete((ending, thrown) -> wait.ifPresent(ImageWait::end));
    stages.listener().started(leased);
    begunNanos = System.nanoTime();
    hasBegun = true;
    wait.ifPresent(this::watch);
    stages
        .preparer()
        .prepare(
            image(),
            PictureForm.of(model),
            new Preparer.Watcher() {
              @Override
              public CompletionStage<Void> fetched() {
                fetched = true;
                wait.ifPresent(ImageWait::came);
                return turn.begin();
              }

              @Override
              public void decoding() {
                decoding = true;
              }
            },
            outcome)
        .whenComplete(
            (image, thrown) ->
                guarded(
                    Errors.DECODE,
                    () -> {
                      if (!stages.engineInProcess()) {
                        // A server's end is not this worker's: from here on nothing here is at
                        // risk.
                        turn.end();
                      }
                      decoding = false;
                      if (outcome.isDone()) {
                        return;
                      }
                      if (thrown == null) {
                        times.prepared(image);
                        infer(model, new InferenceItem(image.picture(), encoded, leased.trace()));
                      } else {
                        unprepared(Errors.cause(thrown));
                      }
                    }));
  }

  private ImageReference image() {
    return leased.job().getImage();
  }

  private boolean mayGiveWay() {
    return leased.lane() == LaneKind.INTERACTIVE && SlowServers.isRemote(image());
  }

  private void watch(ImageWait wait) {
    stages
        .timer()
        .schedule(
            () -> {
              if (!wait.goOn()) {
                end(givenWay());
              }
            },
            wait.patience().toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** The image's server is slow: others go first. */
  private Outcome givenWay() {
    if (mayGiveWay()) {
      return new Outcome.ToBulk();
    }
    SlowServers servers = stages.slowForBulk();
    JobError error =
        Errors.of(
            Reason.IMAGE_UNREACHABLE,
            "image url: %s, its server is slow and enough jobs wait for such (expected: an image within %d s)"
                .formatted(image().getUrl(), servers.patience().toSeconds()),
            Errors.FETCH);
    return servers.isSilent(image())
        ? unreachable(error)
        : new Outcome.Retry(Optional.of(Delay.ONE_MINUTE), false, error);
  }

  private void unprepared(Throwable cause) {
    if (cause instanceof ImageRejectedException rejected) {
      end(outcomeOf(rejected));
    } else if (cause instanceof Turn.MarkNotWrittenException) {
      String message = cause.getMessage() + " (expected: confirmed before the image is decoded)";
      end(retry(false, Errors.of(Reason.QUEUE_UNAVAILABLE, message, Errors.LEASE)));
    } else {
      fault(cause, Errors.DECODE);
    }
  }

  private Outcome outcomeOf(ImageRejectedException rejected) {
    JobError error = Errors.of(rejected);
    return switch (rejected.reason()) {
      // What was accepted waits for the store that keeps it, until its deadline.
      case STORE_UNAVAILABLE -> retry(false, error);
      case IMAGE_UNREACHABLE -> unreachable(error);
      default -> failed(error);
    };
  }

  /** Somebody else's server may never come back. */
  private Outcome unreachable(JobError error) {
    return leased.attempt() < stages.attemptsMax() ? retry(true, error) : failed(error);
  }

  private void infer(Model model, InferenceItem item) {
    endIfInterrupted();
    if (outcome.isDone()) {
      return;
    }
    Instant until = deadline.isBefore(budgetEnd) ? deadline : budgetEnd;
    CompletableFuture<BatchedAnswer> answer =
        stages
            .batches()
            .apply(
                new BatchRequest(
                    model,
                    item,
                    until,
                    leased.lane() == LaneKind.INTERACTIVE,
                    leased.lane() == LaneKind.SOLO,
                    () -> inferring = true));
    inference = answer;
    if (outcome.isDone()) {
      answer.cancel(false);
    }
    answer.whenCompleteAsync(
        (answered, thrown) ->
            guarded(
                Errors.INFER,
                () -> {
                  if (thrown == null) {
                    answered(model, item, answered);
                  } else if (!outcome.isDone()) {
                    notInferred(model, item, InferenceFailure.from(thrown));
                  }
                }),
        stages.answering());
  }

  private void answered(Model model, InferenceItem item, BatchedAnswer answer) {
    times.answered(answer);
    end(stages.answers().outcome(model, prompts, item.prompts(), answer, times));
  }

  private void notInferred(Model model, InferenceItem item, InferenceFailure failure) {
    if (failure.getCause() instanceof Error error) {
      stages.listener().fault(leased, error); // Nobody else would hear of it.
    }
    switch (failure.kind()) {
      case EXPIRED -> end(interruption().orElseGet(this::unfinished));
      case CANCELLED -> end(interruption().orElseGet(() -> retry(false, Errors.of(failure))));
      case UNAVAILABLE -> {
        if (stages.engineReady().getAsBoolean()) {
          retryInPlace(model, item, failure);
        } else {
          end(retry(false, Errors.of(failure)));
        }
      }
      default -> {
        if (failure.isRetryable()) {
          retryInPlace(model, item, failure);
        } else {
          fail(Errors.of(failure));
        }
      }
    }
  }

  private void retryInPlace(Model model, InferenceItem item, InferenceFailure failure) {
    failures++;
    Duration wait = stages.backoff().inPlace(failures);
    if (!stages.clock().instant().plus(wait).isBefore(budgetEnd)) {
      end(spentUnlessAway(Errors.of(failure)));
      return;
    }
    stages.listener().retriedInPlace(leased, failure);
    stages
        .timer()
        .schedule(
            () -> guarded(Errors.INFER, () -> infer(model, item)),
            wait.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** An engine that is away has not tried. */
  private Outcome spentUnlessAway(JobError error) {
    return stages.engineReady().getAsBoolean() ? spent(error) : retry(false, error);
  }

  private Outcome spent(JobError error) {
    if (leased.attempt() < stages.attemptsMax()) {
      return retry(true, error);
    }
    String message =
        "attempts: %d, the last ended by %s (expected: success in at most %d)"
            .formatted(leased.attempt(), error.getMessage(), stages.attemptsMax());
    return new Outcome.Failed(
        Errors.of(Reason.JOB_TOO_MANY_ATTEMPTS, message, Errors.INFER), times.toTimings());
  }

  private Outcome retry(boolean spent, JobError cause) {
    return new Outcome.Retry(
        Optional.of(spent ? Backoff.afterAttempt(leased.attempt()) : Delay.TEN_SECONDS),
        spent,
        cause);
  }

  private void fail(JobError error) {
    end(failed(error));
  }

  private Outcome failed(JobError error) {
    return new Outcome.Failed(error, times.toTimings());
  }

  private void guarded(String stage, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      fault(e, stage);
    }
  }

  private void fault(Throwable fault, String stage) {
    stages.listener().fault(leased, fault);
    fail(Errors.ofFault(fault, stage));
  }

  /** 0 where it is unknown: clocks differ, and a time may be of another century. */
  private static long waitNanos(Instant submitted, Instant now) {
    Duration wait = Duration.between(submitted, now);
    return wait.isPositive() && wait.compareTo(WAIT_MAX) < 0 ? wait.toNanos() : 0;
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
