package io.vignette.worker.batch;

import io.vignette.worker.engine.GeneratedText;
import java.time.Duration;
import java.util.List;

/**
 * The answers to one picture, and how they came about.
 *
 * @param texts in the order of the item's prompts
 * @param batchSize pictures in the inference that succeeded
 * @param waited from submission to the start of that inference
 * @param inferred duration of that inference
 */
public record BatchedAnswer(
    List<GeneratedText> texts, int batchSize, Duration waited, Duration inferred) {
  public BatchedAnswer {
    texts = List.copyOf(texts);
  }
}
