package io.vignette.ledger.state;

import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;

/** Which states are open and which are final. */
public final class JobState {

  private JobState() {}

  /** Whether a job in {@code state} has its result and never changes again. */
  public static boolean isTerminal(State state) {
    return switch (state) {
      case SUCCEEDED, FAILED, CANCELLED, EXPIRED -> true;
      case QUEUED, RUNNING, STATE_UNSPECIFIED, UNRECOGNIZED -> false;
    };
  }

  /** Whether the job has its result and never changes again. */
  public static boolean isTerminal(JobStatus status) {
    return isTerminal(status.getState());
  }
}
