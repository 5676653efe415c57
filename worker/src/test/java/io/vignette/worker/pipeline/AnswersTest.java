package io.vignette.worker.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.models.RemoteModel;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.Prompt;
import io.vignette.worker.batch.BatchedAnswer;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.outcome.Outcome;
import io.vignette.worker.prompt.PromptEncoders;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswersTest {

  @Test
  void wordsHaveTheServersFiguresAndNoConfidence() throws Exception {
    Model model = RemoteModel.named("llava");
    PromptEncoders none = PromptEncoders.load(ModelRepository.of(model));
    GeneratedText written = new GeneratedText.Words("a cat", false, 591, 2);

    Outcome outcome =
        new Answers(new EncoderPrompts(none))
            .outcome(
                model,
                List.of(Prompt.getDefaultInstance()),
                List.of(new EncodedPrompt.Words("?", 2)),
                new BatchedAnswer(List.of(written), 1, Duration.ZERO, Duration.ZERO),
                new AttemptTimes(0));

    Answer answer = ((Outcome.Captioned) outcome).answers().getFirst();
    assertThat(answer.getText()).isEqualTo("a cat");
    assertThat(answer.getFinishReason()).isEqualTo(Answer.FinishReason.LENGTH);
    assertThat(answer.getPromptTokens()).isEqualTo(591);
    assertThat(answer.getOutputTokens()).isEqualTo(2);
    assertThat(answer.hasConfidence()).isFalse();
    assertThat(answer.getLowConfidence()).isFalse();
  }
}
