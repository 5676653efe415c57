package io.vignette.worker.engine;

import io.vignette.models.Model;
import io.vignette.wire.TraceContext;
import java.util.List;
import java.util.Optional;

/**
 * One picture and the prompts to answer about it.
 *
 * @param picture in the form the model takes: height × width × 3 bytes, rows of RGB at the model's
 *     size, or a JPEG file where the model's server resizes; not to be changed by anyone until the
 *     item has completed
 * @param prompts at least one
 * @param trace of the submission that the item is for
 */
@SuppressWarnings("ArrayRecordComponent") // Hot path; equality of pictures is never asked for.
public record InferenceItem(byte[] picture, List<EncodedPrompt> prompts, TraceContext trace) {
  public InferenceItem {
    prompts = List.copyOf(prompts);
  }

  /** An item of no trace. */
  public InferenceItem(byte[] picture, List<EncodedPrompt> prompts) {
    this(picture, prompts, TraceContext.NONE);
  }

  /** Why no engine of the model can take the item, if so. */
  public Optional<InferenceFailure> misfit(Model model) {
    boolean wordsWanted = model.takesWords();
    if (prompts.stream().anyMatch(prompt -> prompt instanceof EncodedPrompt.Words != wordsWanted)) {
      return Optional.of(
          InferenceFailure.invalidInput(
              wordsWanted
                  ? "prompts: tokens (expected: words)"
                  : "prompts: words (expected: tokens)"));
    }
    if (wordsWanted || picture.length == model.imageBytes()) {
      return Optional.empty();
    }
    return Optional.of(
        InferenceFailure.invalidInput(
            "pixels: %d bytes (expected: %d)".formatted(picture.length, model.imageBytes())));
  }

  /** Tokens of the longest prompt. */
  public int longestPrompt() {
    return prompts.stream().mapToInt(EncodedPrompt::length).max().orElse(0);
  }
}
