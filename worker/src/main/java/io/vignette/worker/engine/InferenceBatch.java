package io.vignette.worker.engine;

import io.vignette.models.Model;
import java.util.List;

/**
 * Items to infer together.
 *
 * @param items at least one
 */
public record InferenceBatch(Model model, List<InferenceItem> items) {
  public InferenceBatch {
    items = List.copyOf(items);
  }

  /** Tokens of the longest prompt in the batch. */
  public int longestPrompt() {
    return items.stream().mapToInt(InferenceItem::longestPrompt).max().orElse(0);
  }
}
