package io.vignette.worker.pipeline;

import io.vignette.models.Model;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Prompt;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.prompt.PromptEncoders;
import io.vignette.worker.prompt.PromptRejectedException;
import io.vignette.worker.prompt.WordEncoder;
import java.util.List;

/** The models' own encoders behind the pipeline's port. */
public final class EncoderPrompts implements Prompts {
  private final PromptEncoders encoders;

  public EncoderPrompts(PromptEncoders encoders) {
    this.encoders = encoders;
  }

  @Override
  public List<EncodedPrompt> encode(Model model, List<Prompt> prompts, Generation generation)
      throws JobRejectedException {
    try {
      return model.takesWords()
          ? new WordEncoder(model).encode(prompts, generation)
          : encoders.of(model).encode(prompts, generation);
    } catch (PromptRejectedException e) {
      throw new JobRejectedException(e.reason(), String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public String decode(Model model, GeneratedText text) {
    return switch (text) {
      case GeneratedText.Tokens tokens -> encoders.of(model).decode(tokens.tokenIds());
      case GeneratedText.Words words -> words.text();
    };
  }

  @Override
  public Answer.FinishReason finishReason(Model model, GeneratedText text) {
    return switch (text) {
      case GeneratedText.Tokens tokens -> encoders.of(model).finishReason(tokens);
      case GeneratedText.Words words ->
          words.isComplete() ? Answer.FinishReason.STOP : Answer.FinishReason.LENGTH;
    };
  }
}
