package io.vignette.worker.outcome;

import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.JobError;
import io.vignette.proto.v1.Timings;
import io.vignette.wire.Topics.Delay;
import java.util.List;
import java.util.Optional;

/** How an attempt at a job ended. */
public sealed interface Outcome {

  /** Every prompt has its answer. */
  record Captioned(List<Answer> answers, Timings timings, String modelVersion, int batchSize)
      implements Outcome {
    public Captioned {
      answers = List.copyOf(answers);
    }
  }

  /** There will be no answer. */
  record Failed(JobError error, Timings timings) implements Outcome {}

  /**
   * Somebody shall try later.
   *
   * @param delay how much later; empty = as soon as a worker is free
   * @param spent whether the attempt counts; it does not if the job never had a fair try
   */
  record Retry(Optional<Delay> delay, boolean spent, JobError cause) implements Outcome {}

  /** The job goes on among bulk jobs, its attempt unchanged: its image is slow to come. */
  record ToBulk() implements Outcome {}

  /** The deadline passed. */
  record Expired(String reason) implements Outcome {}

  /** The client gave the job up. */
  record Cancelled(String reason) implements Outcome {}
}
