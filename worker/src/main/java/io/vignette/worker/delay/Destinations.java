package io.vignette.worker.delay;

import io.vignette.worker.lease.UnreadableJob;
import io.vignette.worker.outcome.JobPublisher;
import java.util.concurrent.CompletionStage;

/**
 * Where delayed records go.
 *
 * @param jobs to the topics of jobs
 * @param unmovable what can't be moved: its job fails
 */
public record Destinations(JobPublisher jobs, Unmovable unmovable) {

  /** Port: ends the job that a record stands for. Thread-safe; never blocks. */
  @FunctionalInterface
  public interface Unmovable {

    /** Completes when Kafka has confirmed the job's end. */
    CompletionStage<Void> setAside(UnreadableJob record);
  }
}
