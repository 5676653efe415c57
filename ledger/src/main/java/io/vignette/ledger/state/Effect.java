package io.vignette.ledger.state;

/** What an event did to its job. */
public enum Effect {
  /** The job was created, moved on, or learned more about itself. */
  CHANGED,
  /** The job ended: its result is to be published. Happens at most once per job. */
  TERMINAL,
  /** Ignored: it says what is known already, or its offset is reflected already. */
  DUPLICATE,
  /** Ignored: it tells of a past that the job has left. */
  LATE,
  /** Ignored: it belongs to another request under the same id. */
  CONFLICT,
  /** Ignored: a kind of fact that this version does not know. */
  UNKNOWN;

  /** Whether the status differs from the one before the event. */
  public boolean isChange() {
    return this == CHANGED || this == TERMINAL;
  }
}
