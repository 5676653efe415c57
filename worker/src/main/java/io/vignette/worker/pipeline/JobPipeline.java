package io.vignette.worker.pipeline;

import io.vignette.models.Model;
import io.vignette.proto.v1.JobError;
import io.vignette.proto.v1.SoloMark;
import io.vignette.proto.v1.Timings;
import io.vignette.records.JobRules;
import io.vignette.wire.Reason;
import io.vignette.wire.Topics;
import io.vignette.worker.batch.BatchRequest;
import io.vignette.worker.batch.BatchedAnswer;
import io.vignette.worker.lease.JobHandler;
import io.vignette.worker.lease.LaneKind;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.lease.UnreadableJob;
import io.vignette.worker.outcome.Outcome;
import io.vignette.worker.outcome.OutcomePublisher;
import io.vignette.worker.preparation.Preparer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes a leased job through the stages to a durable outcome.
 *
 * <p>Thread-safe; never blocks. Holds no more jobs than the lanes do. Guarantees that every handled
 * job's stage completes, and that it completes without an error only if the outcome is durable.
 */
public final class JobPipeline implements JobHandler, AutoCloseable {
  /** Workers that may go down with a job alone before it is called poison. */
  public static final int CRASHES_MAX = SoloStep.CRASHES_MAX;

  static final Duration INTERACTIVE_PATIENCE = Duration.ofSeconds(1);
  static final Duration BULK_PATIENCE = Duration.ofSeconds(5);

  private static final int REMEMBERED = 10_000;
  private static final long SWEEP_MILLIS = 200;

  /** What the pipeline works with. */
  public record Ports(
      Function<String, Optional<Model>> models,
      Prompts prompts,
      Preparer preparer,
      Function<BatchRequest, CompletableFuture<BatchedAnswer>> batches,
      BooleanSupplier engineReady,
      boolean engineInProcess,
      SoloMarks soloMarks,
      Cancellations cancellations,
      OutcomePublisher outcomes,
      PipelineListener listener,
      Clock clock) {}

  private final Ports ports;
  private final PipelineSettings settings;
  private final Deliveries deliveries = new Deliveries(REMEMBERED);
  private final SoloGate gate = new SoloGate();
  private final Set<Attempt> attempts = ConcurrentHashMap.newKeySet();
  private final ExecutorService answering =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("answers").daemon(true).factory());
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("attempt-timer").daemon(true).factory());
  private final Stages stages;
  private final JobRules rules;

  /**
   * @param slowImagesMax bulk jobs that may wait for slow image servers at a time, from 1: few of
   *     those that the bulk lanes hold
   */
  public JobPipeline(Ports ports, PipelineSettings settings, int slowImagesMax) {
    this.ports = ports;
    this.settings = settings;
    this.rules = new JobRules(settings.jobs());
    this.stages =
        new Stages(
            ports,
            new Answers(ports.prompts()),
            // Each use asks for the thread's own generator.
            new Backoff(() -> ThreadLocalRandom.current().nextLong()),
            answering,
            timer,
            // Without places: whoever has waited for long enough is a bulk job from there on.
            new SlowServers(
                new SlowServers.Settings(INTERACTIVE_PATIENCE, Duration.ofSeconds(10), 0),
                System::nanoTime),
            new SlowServers(
                new SlowServers.Settings(BULK_PATIENCE, Duration.ofSeconds(30), slowImagesMax),
                System::nanoTime),
            settings.attemptsMax());
  }

  /**
   * Begins to watch for attempts that nobody wants or whose time is over, and for those that have
   * gone on for long.
   */
  public void start() {
    timer.scheduleWithFixedDelay(
        () -> {
          attempts.forEach(Attempt::endIfInterrupted);
          // Writing may wait for Kafka, and nothing may wait for that.
          answering.execute(() -> attempts.forEach(Attempt::stateStartIfLong));
        },
        SWEEP_MILLIS,
        SWEEP_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  @Override
  public CompletionStage<Void> handle(LeasedJob job) {
    return deliveries.once(
        job.key(), () -> checkGuarded(job), () -> ports.listener().repeated(job));
  }

  /** A fault of ours costs its own job, at once and by name, not its deliveries without a word. */
  private CompletionStage<Void> checkGuarded(LeasedJob job) {
    try {
      return check(job);
    } catch (RuntimeException e) {
      ports.listener().fault(job, e);
      return publish(job, failed(Errors.ofFault(e, Errors.CHECK)), new AttemptTimes(0));
    }
  }

  /** Whoever wrote the job: what a gateway would have refused ends here, with the same words. */
  private CompletionStage<Void> check(LeasedJob job) {
    return rules
        .check(job.job())
        .or(() -> rules.checkRecord(job.job()))
        .map(refusal -> publish(job, failed(Errors.of(refusal)), new AttemptTimes(0)))
        .orElseGet(() -> triage(job));
  }

  /** A redelivered job may have killed a worker: it goes where suspects are tried. */
  private CompletionStage<Void> triage(LeasedJob job) {
    if (job.lane() == LaneKind.SOLO) {
      return triageSuspect(job);
    }
    if (job.deliveryCount() < 2 || (deliveries.wasGivenBack(job.key()) && !isNearTheLimit(job))) {
      return attempt(job, Turn.besideOthers(gate));
    }
    ports.listener().suspected(job);
    return moveToSolo(job);
  }

  /** One delivery more, and the broker may drop the record without a word. */
  private boolean isNearTheLimit(LeasedJob job) {
    return job.deliveryCount() >= Math.max(2, settings.deliveryLimit() - 1);
  }

  private CompletionStage<Void> moveToSolo(LeasedJob job) {
    return ports.outcomes().moveToSolo(job).whenComplete((done, thrown) -> told(job, thrown));
  }

  private CompletionStage<Void> triageSuspect(LeasedJob job) {
    return ports
        .soloMarks()
        .of(job.id())
        .handle((mark, thrown) -> thrown == null ? tryAgain(job, mark) : withoutMark(job, thrown))
        .thenCompose(handled -> handled);
  }

  /** Released and delivered again, but never until the broker drops the record without a word. */
  private CompletionStage<Void> withoutMark(LeasedJob job, Throwable thrown) {
    if (isNearTheLimit(job)) {
      return moveToSolo(job);
    }
    told(job, thrown);
    return CompletableFuture.failedFuture(thrown);
  }

  private CompletionStage<Void> tryAgain(LeasedJob job, SoloMark mark) {
    int crashes = SoloStep.crashes(mark);
    if (mark.getOpen()) {
      ports.listener().wentDownAlone(job, crashes);
    }
    SoloMark.Builder next = mark.toBuilder().setJobId(job.id()).setOpen(false).setCrashes(crashes);
    boolean isOwnDoing = deliveries.wasGivenBack(job.key());
    return switch (SoloStep.of(
        mark, job.deliveryCount(), isOwnDoing, settings.deliveryLimit(), ports.clock().instant())) {
      case BESIDE_OTHERS -> attempt(job, Turn.besideOthers(gate));
      case ALONE -> {
        SoloMark open = next.setOpen(true).build();
        yield attempt(job, Turn.alone(gate, new Turn.Suspicion(ports.soloMarks(), open)));
      }
      case ANEW -> {
        next.setDeliveries(mark.getDeliveries() + job.deliveryCount());
        yield ports.soloMarks().put(next.build()).thenCompose(done -> moveToSolo(job));
      }
      case WAIT ->
          // The job is put off before the mark says so: a crash in between puts it off once more.
          publish(
                  job,
                  new Outcome.Retry(Optional.of(Topics.Delay.ONE_MINUTE), false, poison(crashes)),
                  new AttemptTimes(0))
              .thenCompose(
                  done ->
                      mark.getWaited()
                          ? CompletableFuture.completedFuture(null)
                          : ports.soloMarks().put(next.setWaited(true).build()));
      case POISON -> publish(job, failed(poison(crashes)), new AttemptTimes(0));
      case TOO_MANY -> publish(job, failed(tooManyAlone(job, mark)), new AttemptTimes(0));
    };
  }

  private CompletionStage<Void> attempt(LeasedJob job, Turn turn) {
    Attempt attempt = new Attempt(job, stages, turn, budgetEnd(job));
    attempts.add(attempt);
    return attempt
        .run()
        .thenCompose(outcome -> publish(job, outcome, attempt.times()))
        .whenComplete((done, thrown) -> attempts.remove(attempt));
  }

  private CompletionStage<Void> publish(LeasedJob job, Outcome outcome, AttemptTimes times) {
    long start = System.nanoTime();
    return ports
        .outcomes()
        .publish(job, outcome)
        .whenComplete(
            (done, thrown) -> {
              times.published(System.nanoTime() - start);
              if (thrown == null) {
                ports.listener().ended(job, outcome, times);
              }
              told(job, thrown);
            });
  }

  private void told(LeasedJob job, @Nullable Throwable thrown) {
    if (thrown != null) {
      ports.listener().unpublished(job, Errors.cause(thrown));
    }
  }

  private Instant budgetEnd(LeasedJob job) {
    Instant now = ports.clock().instant();
    Duration lease = Duration.between(now, job.leasedUntil());
    Duration mostOfLease = lease.multipliedBy(3).dividedBy(4);
    Duration budget = settings.attemptBudget();
    return now.plus(budget.compareTo(mostOfLease) < 0 ? budget : mostOfLease);
  }

  private static JobError tooManyAlone(LeasedJob job, SoloMark mark) {
    return Errors.of(
        Reason.JOB_TOO_MANY_ATTEMPTS,
        "deliveries as a suspect: %d (expected: an outcome within %d)"
            .formatted(mark.getDeliveries() + job.deliveryCount(), SoloStep.DELIVERIES_MAX),
        Errors.LEASE);
  }

  private static JobError poison(int crashes) {
    return Errors.of(
        Reason.INFERENCE_POISON,
        "workers that went down while they had the image alone: %d (expected: less than %d)"
            .formatted(crashes, CRASHES_MAX),
        Errors.LEASE);
  }

  private static Outcome failed(JobError error) {
    return new Outcome.Failed(error, Timings.getDefaultInstance());
  }

  @Override
  public CompletionStage<Void> handleUnreadable(UnreadableJob job) {
    ports.listener().unreadable(job);
    return ports
        .outcomes()
        .publishUnreadable(job, Errors.of(Reason.JOB_UNREADABLE, job.problem(), Errors.LEASE));
  }

  /** Attempts begun and not durable yet. */
  public int inFlight() {
    return attempts.size();
  }

  /** Hands every unfinished job to whoever is free, its attempt unchanged: this worker leaves. */
  public void handBack() {
    JobError leaving =
        Errors.of(
            Reason.MODEL_UNAVAILABLE,
            "worker: stopping (expected: running until the job's end)",
            Errors.LEASE);
    attempts.forEach(attempt -> attempt.end(new Outcome.Retry(Optional.empty(), false, leaving)));
  }

  /** Stops the threads. Attempts that have not ended never will: end or hand them back before. */
  @Override
  public void close() {
    timer.shutdownNow();
    answering.shutdown();
  }
}
