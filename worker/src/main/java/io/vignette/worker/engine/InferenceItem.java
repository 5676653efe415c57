package io.vignette.worker.engine;

import java.util.List;

/**
 * One picture and the prompts to answer about it.
 *
 * @param pixels height × width × 3 bytes: rows of RGB at the model's size; not to be changed by
 *     anyone until the item has completed
 * @param prompts at least one
 */
@SuppressWarnings("ArrayRecordComponent") // Hot path; equality of pictures is never asked for.
public record InferenceItem(byte[] pixels, List<EncodedPrompt> prompts) {
  public InferenceItem {
    prompts = List.copyOf(prompts);
  }

  /** Tokens of the longest prompt. */
  public int longestPrompt() {
    return prompts.stream().mapToInt(prompt -> prompt.tokenIds().length).max().orElse(0);
  }
}
