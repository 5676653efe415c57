package io.vignette.worker.pipeline;

import io.vignette.models.Model;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.Prompt;
import io.vignette.wire.Reason;
import io.vignette.worker.batch.BatchedAnswer;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.outcome.Outcome;
import java.util.ArrayList;
import java.util.List;

/** Makes an outcome of what the language model wrote. */
final class Answers {
  private final Prompts prompting;

  Answers(Prompts prompting) {
    this.prompting = prompting;
  }

  /** Captioned, or failed as degenerate if an answer has no words. */
  Outcome outcome(
      Model model,
      List<Prompt> prompts,
      List<EncodedPrompt> encoded,
      BatchedAnswer answer,
      AttemptTimes times) {
    List<Answer> answers = new ArrayList<>(prompts.size());
    for (int i = 0; i < prompts.size(); i++) {
      Answer one = answer(model, prompts.get(i), encoded.get(i), answer.texts().get(i));
      if (one.getText().isBlank()) {
        String message =
            "answer %d: %d tokens without words (expected: words)"
                .formatted(i + 1, one.getOutputTokens());
        return new Outcome.Failed(
            Errors.of(Reason.INFERENCE_DEGENERATE, message, Errors.INFER), times.toTimings());
      }
      answers.add(one);
    }
    return new Outcome.Captioned(answers, times.toTimings(), model.version(), answer.batchSize());
  }

  private Answer answer(Model model, Prompt prompt, EncodedPrompt encoded, GeneratedText text) {
    Answer.Builder answer =
        Answer.newBuilder()
            .setPrompt(prompt)
            .setText(prompting.decode(model, text))
            .setFinishReason(prompting.finishReason(model, text));
    switch (text) {
      case GeneratedText.Tokens tokens -> {
        double confidence = Math.clamp(Math.exp(tokens.score()), 0.0, 1.0);
        answer
            .setPromptTokens(encoded.length())
            .setOutputTokens(tokens.tokenIds().length)
            .setConfidence(confidence)
            .setLowConfidence(model.profile().confidence().isLow(confidence));
      }
      case GeneratedText.Words words ->
          answer.setPromptTokens(words.promptTokens()).setOutputTokens(words.outputTokens());
    }
    return answer.build();
  }
}
