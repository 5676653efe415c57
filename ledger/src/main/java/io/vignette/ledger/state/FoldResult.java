package io.vignette.ledger.state;

import io.vignette.proto.v1.JobStatus;

/**
 * A job's status after an event, and what the event did.
 *
 * @param status the new status, or the old one where the event was ignored
 */
public record FoldResult(JobStatus status, Effect effect) {

  /** Whether the status differs from the one before the event. */
  public boolean changed() {
    return effect.isChange();
  }
}
