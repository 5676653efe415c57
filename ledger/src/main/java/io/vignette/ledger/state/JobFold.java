package io.vignette.ledger.state;

import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;
import org.jspecify.annotations.Nullable;

/**
 * The fold of a job's events, in the order of their partition, into its status.
 *
 * <pre>
 *   QUEUED(n) ──started(m ≥ n)──► RUNNING(m) ──succeeded──► SUCCEEDED
 *       ▲                             │      └──failed────► FAILED
 *       └──── retried(m): n = m + 1 ──┘
 *   any open state ──cancelled──► CANCELLED, ──expired──► EXPIRED
 * </pre>
 *
 * <p>Stateless and pure: reads no clock. Total: every event in every state has an answer, never an
 * exception.
 *
 * <p>Guarantees that any first event creates the job; that the first terminal event in partition
 * order wins, whatever its attempt; that a terminal status never changes; that (attempt, state)
 * never goes back; that an event at or before {@code event_offset} changes nothing, so any part of
 * a partition may be folded again. Ignored events leave the status untouched, offset included.
 *
 * <p>Expects all events of one job on one partition, with an {@code at}.
 */
public final class JobFold {

  private static final int FIRST_ATTEMPT = 1;

  private JobFold() {}

  /**
   * The status after {@code event}.
   *
   * @param current the status so far; null where the job is unknown
   * @param offset the event's offset on its partition
   */
  public static FoldResult apply(@Nullable JobStatus current, JobEvent event, long offset) {
    if (current == null) {
      return create(event, offset);
    }
    if (Identities.conflict(current.getIdentity(), event.getIdentity())) {
      return new FoldResult(current, Effect.CONFLICT);
    }
    if (offset <= current.getEventOffset()) {
      return new FoldResult(current, Effect.DUPLICATE);
    }
    return JobState.isTerminal(current)
        ? new FoldResult(current, afterTheEnd(current, event))
        : advance(current, event, offset);
  }

  private static FoldResult create(JobEvent event, long offset) {
    JobStatus unborn =
        JobStatus.newBuilder()
            .setJobId(event.getJobId())
            .setState(State.QUEUED)
            .setAttempt(FIRST_ATTEMPT)
            .setSince(event.getAt())
            .setEventOffset(offset)
            .setIdentity(event.getIdentity())
            .build();
    return switch (event.getFactCase()) {
      case SUBMITTED -> changed(unborn.toBuilder().setQueuedAt(event.getSubmitted()).build());
      case STARTED, RETRIED, SUCCEEDED, FAILED, CANCELLED, EXPIRED ->
          advance(unborn, event, offset);
      case FACT_NOT_SET -> changed(unborn);
    };
  }

  private static FoldResult advance(JobStatus current, JobEvent event, long offset) {
    return switch (event.getFactCase()) {
      case SUBMITTED -> submitted(current, event, offset);
      case STARTED -> started(current, event, offset);
      case RETRIED -> retried(current, event, offset);
      case SUCCEEDED -> ended(current, State.SUCCEEDED, event, offset);
      case FAILED -> ended(current, State.FAILED, event, offset);
      case CANCELLED -> ended(current, State.CANCELLED, event, offset);
      case EXPIRED -> ended(current, State.EXPIRED, event, offset);
      case FACT_NOT_SET -> new FoldResult(current, Effect.UNKNOWN);
    };
  }

  /** Overtaken or repeated: only fills what is not known yet. */
  private static FoldResult submitted(JobStatus current, JobEvent event, long offset) {
    JobIdentity joined = Identities.join(current.getIdentity(), event.getIdentity());
    if (current.hasQueuedAt() && joined.equals(current.getIdentity())) {
      return new FoldResult(current, Effect.DUPLICATE);
    }
    JobStatus.Builder next = current.toBuilder().setIdentity(joined).setEventOffset(offset);
    if (!current.hasQueuedAt()) {
      next.setQueuedAt(event.getSubmitted());
    }
    return changed(next.build());
  }

  private static FoldResult started(JobStatus current, JobEvent event, long offset) {
    int attempt = attemptOf(event);
    if (attempt < current.getAttempt()) {
      return new FoldResult(current, Effect.LATE);
    }
    if (attempt == current.getAttempt() && current.getState() == State.RUNNING) {
      return new FoldResult(current, Effect.DUPLICATE);
    }
    return changed(
        next(current, event, offset).setState(State.RUNNING).setAttempt(attempt).build());
  }

  private static FoldResult retried(JobStatus current, JobEvent event, long offset) {
    int nextAttempt = attemptOf(event) + 1;
    if (nextAttempt < current.getAttempt() || isRunning(current, nextAttempt)) {
      return new FoldResult(current, Effect.LATE);
    }
    if (nextAttempt == current.getAttempt()) {
      return new FoldResult(current, Effect.DUPLICATE);
    }
    JobStatus.Builder next =
        next(current, event, offset).setState(State.QUEUED).setAttempt(nextAttempt);
    if (event.getRetried().hasNotBefore()) {
      next.setNotBefore(event.getRetried().getNotBefore());
    }
    return changed(next.build());
  }

  private static boolean isRunning(JobStatus current, int attempt) {
    return current.getState() == State.RUNNING && current.getAttempt() == attempt;
  }

  private static FoldResult ended(JobStatus current, State state, JobEvent event, long offset) {
    JobStatus.Builder next = next(current, event, offset).setState(state);
    next.setAttempt(Math.max(current.getAttempt(), event.getAttempt()));
    next.setResult(Results.of(next.build(), event));
    return new FoldResult(next.build(), Effect.TERMINAL);
  }

  private static Effect afterTheEnd(JobStatus ended, JobEvent event) {
    return switch (event.getFactCase()) {
      case SUBMITTED -> ended.hasQueuedAt() ? Effect.DUPLICATE : Effect.LATE;
      case STARTED, RETRIED -> Effect.LATE;
      case SUCCEEDED -> repeats(ended, State.SUCCEEDED);
      case FAILED -> repeats(ended, State.FAILED);
      case CANCELLED -> repeats(ended, State.CANCELLED);
      case EXPIRED -> repeats(ended, State.EXPIRED);
      case FACT_NOT_SET -> Effect.UNKNOWN;
    };
  }

  private static Effect repeats(JobStatus ended, State state) {
    return ended.getState() == state ? Effect.DUPLICATE : Effect.LATE;
  }

  /** What every transition does: note the event, leave the old wait behind. */
  private static JobStatus.Builder next(JobStatus current, JobEvent event, long offset) {
    return current.toBuilder()
        .setIdentity(Identities.join(current.getIdentity(), event.getIdentity()))
        .setSince(event.getAt())
        .setEventOffset(offset)
        .clearNotBefore();
  }

  private static int attemptOf(JobEvent event) {
    return Math.max(FIRST_ATTEMPT, event.getAttempt());
  }

  private static FoldResult changed(JobStatus status) {
    return new FoldResult(status, Effect.CHANGED);
  }
}
