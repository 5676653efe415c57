package io.vignette.worker.lease;

import java.util.concurrent.CompletionStage;

/**
 * Works on leased jobs.
 *
 * <p>Called by lane threads; must neither block nor throw. The record is accepted when the stage
 * completes, so it completes after the outcome is durable; it is released if the stage fails.
 */
public interface JobHandler {

  /** Works on a job. */
  CompletionStage<Void> handle(LeasedJob job);

  /** States that a record is no job. */
  CompletionStage<Void> handleUnreadable(UnreadableJob job);
}
