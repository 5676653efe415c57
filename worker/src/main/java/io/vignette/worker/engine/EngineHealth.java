package io.vignette.worker.engine;

/**
 * How an engine does.
 *
 * @param detail a sentence for an operator; names what is wrong unless {@link State#READY}
 */
public record EngineHealth(State state, String detail) {

  /** What an engine can do at the moment. */
  public enum State {
    /** Loading or connecting; batches fail as unavailable. */
    STARTING,
    /** Batches are inferred. */
    READY,
    /** Was or will be ready again without a restart. */
    UNAVAILABLE,
    /** Will not become ready without a restart. */
    FAILED,
    /** Closed. */
    CLOSED
  }

  public boolean isReady() {
    return state == State.READY;
  }
}
