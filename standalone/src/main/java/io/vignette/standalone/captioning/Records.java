package io.vignette.standalone.captioning;

import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.Prompt;
import io.vignette.proto.v1.State;
import io.vignette.standalone.output.CaptionRecord;
import io.vignette.standalone.output.CaptionRecord.QuestionAnswer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns results into records. */
final class Records {

  /**
   * Confidences are written with this many steps between 0 and 1. Fewer than the engine gives,
   * because its last digits depend on the company a picture had in its batch.
   */
  private static final double STEPS = 1000;

  private Records() {}

  static CaptionRecord of(String id, CaptionResult result) {
    if (result.getState() != State.SUCCEEDED) {
      return CaptionRecord.failed(id, result.getError().getCode(), result.getError().getMessage());
    }
    String caption = null;
    Double confidence = null;
    boolean lowConfidence = false;
    List<QuestionAnswer> answers = new ArrayList<>();
    for (Answer answer : result.getAnswersList()) {
      if (answer.getPrompt().getKind() == Prompt.Kind.QUESTION) {
        answers.add(
            new QuestionAnswer(
                answer.getPrompt().getText(),
                answer.getText(),
                confidence(answer),
                answer.getLowConfidence()));
      } else {
        caption = answer.getText();
        confidence = confidence(answer);
        lowConfidence = answer.getLowConfidence();
      }
    }
    return new CaptionRecord(
        id, caption, confidence, lowConfidence, answers.isEmpty() ? null : answers, null);
  }

  private static @Nullable Double confidence(Answer answer) {
    return answer.hasConfidence() ? Math.round(answer.getConfidence() * STEPS) / STEPS : null;
  }
}
