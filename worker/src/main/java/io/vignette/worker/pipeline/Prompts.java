package io.vignette.worker.pipeline;

import io.vignette.models.Model;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Prompt;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.GeneratedText;
import java.util.List;

/** Port: words to tokens and back. Thread-safe. */
public interface Prompts {

  /** The prompts as the model reads them, in order. */
  List<EncodedPrompt> encode(Model model, List<Prompt> prompts, Generation generation)
      throws JobRejectedException;

  /** The words of an answer; may be empty. */
  String decode(Model model, GeneratedText text);

  /** Why the answer ended. */
  Answer.FinishReason finishReason(Model model, GeneratedText text);
}
