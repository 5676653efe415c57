package io.vignette.worker.prompt;

import io.vignette.models.Model;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Prompt;
import io.vignette.worker.engine.EncodedPrompt;
import java.util.ArrayList;
import java.util.List;

/** Turns prompts into what a model's server reads: words, set into the model's templates. */
public final class WordEncoder {
  private final Model model;
  private final PromptTemplates templates;

  public WordEncoder(Model model) {
    this.model = model;
    this.templates = new PromptTemplates(model.profile());
  }

  /**
   * Encodes the prompts of one job.
   *
   * @param prompts none = one plain caption
   * @throws PromptRejectedException if one has no words or too many, or the answer may not be that
   *     long; the job fails with its reason
   */
  public List<EncodedPrompt> encode(List<Prompt> prompts, Generation generation)
      throws PromptRejectedException {
    int maxNewTokens = NewTokens.of(model, generation);
    List<EncodedPrompt> encoded = new ArrayList<>();
    for (Prompt prompt : prompts.isEmpty() ? List.of(PromptTemplates.CAPTION) : prompts) {
      encoded.add(new EncodedPrompt.Words(templates.textOf(prompt), maxNewTokens));
    }
    return encoded;
  }
}
