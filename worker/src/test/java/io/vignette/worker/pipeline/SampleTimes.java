package io.vignette.worker.pipeline;

import io.vignette.worker.batch.BatchedAnswer;
import java.time.Duration;
import java.util.List;

/** Times of an attempt, for tests of other packages. */
public final class SampleTimes {
  private SampleTimes() {}

  /** Of a job that waited two hours and was inferred in 40 ms, in a batch of 16. */
  public static AttemptTimes inferred() {
    AttemptTimes times = new AttemptTimes(Duration.ofHours(2).toNanos());
    times.answered(new BatchedAnswer(List.of(), 16, Duration.ofMillis(3), Duration.ofMillis(40)));
    times.published(Duration.ofMillis(1).toNanos());
    return times;
  }
}
