package io.vignette.worker.pipeline;

import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.lease.UnreadableJob;
import io.vignette.worker.outcome.Outcome;

/** Hears what happens to jobs. Called on the hot path by any thread; must not block. */
public interface PipelineListener {

  /** Hears nothing. */
  PipelineListener NONE = new PipelineListener() {};

  /** An attempt began. */
  default void started(LeasedJob job) {}

  /** An attempt's outcome is durable. */
  default void ended(LeasedJob job, Outcome outcome, AttemptTimes times) {}

  /** An inference failed for a passing reason and is tried again within the lease. */
  default void retriedInPlace(LeasedJob job, InferenceFailure cause) {}

  /** A redelivered job goes to the solo lane. */
  default void suspected(LeasedJob job) {}

  /** A worker went down with the job alone in its decoder and engine. */
  default void wentDownAlone(LeasedJob job, int crashes) {}

  /** A record was delivered again though its job has ended or is being worked on here. */
  default void repeated(LeasedJob job) {}

  /** A record is no job. */
  default void unreadable(UnreadableJob job) {}

  /** Something happened that no code provides for; the job fails as internal. */
  default void fault(LeasedJob job, Throwable cause) {}

  /** An outcome could not be made durable; the job is given back. */
  default void unpublished(LeasedJob job, Throwable cause) {}
}
