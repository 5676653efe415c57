package io.vignette.worker.engine;

import io.vignette.models.Model;
import io.vignette.wire.TraceContext;
import java.util.List;
import java.util.Optional;

/**
 * Items to infer together.
 *
 * @param items at least one
 */
public record InferenceBatch(Model model, List<InferenceItem> items) {
  public InferenceBatch {
    items = List.copyOf(items);
  }

  /** Why no engine can take the batch, if so. */
  public Optional<InferenceFailure> misfit() {
    if (items.isEmpty() || items.size() > model.maxBatchSize()) {
      return Optional.of(
          InferenceFailure.invalidInput(
              "batch: %d items (expected: 1 to %d)".formatted(items.size(), model.maxBatchSize())));
    }
    return items.stream().flatMap(item -> item.misfit(model).stream()).findFirst();
  }

  /** The trace of a call that infers the items: of all theirs, the first. */
  public TraceContext trace() {
    return items.stream()
        .map(InferenceItem::trace)
        .filter(trace -> !trace.isNone())
        .findFirst()
        .orElse(TraceContext.NONE);
  }

  /** Tokens of the longest prompt in the batch. */
  public int longestPrompt() {
    return items.stream().mapToInt(InferenceItem::longestPrompt).max().orElse(0);
  }
}
