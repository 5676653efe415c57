package io.vignette.worker.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.models.Model;
import io.vignette.models.RemoteModel;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Prompt;
import io.vignette.wire.Reason;
import io.vignette.worker.engine.EncodedPrompt;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordEncoderTest {
  private final Model model = RemoteModel.named("llava");
  private final WordEncoder encoder = new WordEncoder(model);

  @Test
  void setsWordsIntoInstructions() throws Exception {
    List<EncodedPrompt> encoded =
        encoder.encode(
            List.of(
                prompt(Prompt.Kind.CAPTION, ""),
                prompt(Prompt.Kind.PREFIX, "a photo of"),
                prompt(Prompt.Kind.QUESTION, "How many {}?")),
            Generation.getDefaultInstance());

    assertThat(encoded)
        .extracting(one -> ((EncodedPrompt.Words) one).text())
        .satisfiesExactly(
            caption -> assertThat(caption).contains("Describe this picture"),
            prefix -> assertThat(prefix).endsWith("begins with these words: a photo of"),
            question -> assertThat(question).isEqualTo("How many {}?"));
    assertThat(encoded).extracting(EncodedPrompt::maxNewTokens).containsOnly(128);
    assertThat(encoded).extracting(EncodedPrompt::length).containsOnly(0);
  }

  @Test
  void asksForACaptionWhereNothingIsAsked() throws Exception {
    assertThat(encoder.encode(List.of(), newTokens(7)))
        .containsExactly(
            new EncodedPrompt.Words(
                "Describe this picture in one sentence. Answer with the sentence alone.", 7));
  }

  @Test
  void refusesWhatTheModelDoesNotTake() {
    Prompt blank = prompt(Prompt.Kind.QUESTION, " ");
    Prompt flood = prompt(Prompt.Kind.QUESTION, "x".repeat(20_000));

    assertThatThrownBy(() -> encoder.encode(List.of(blank), newTokens(0)))
        .extracting(thrown -> ((PromptRejectedException) thrown).reason())
        .isEqualTo(Reason.PROMPT_MISSING);
    assertThatThrownBy(() -> encoder.encode(List.of(flood), newTokens(0)))
        .extracting(thrown -> ((PromptRejectedException) thrown).reason())
        .isEqualTo(Reason.PROMPT_TOO_LONG);
    assertThatThrownBy(() -> encoder.encode(List.of(), newTokens(9999)))
        .hasMessage("max_new_tokens: 9999 (expected: 1 to 2048)");
  }

  private static Prompt prompt(Prompt.Kind kind, String text) {
    return Prompt.newBuilder().setKind(kind).setText(text).build();
  }

  private static Generation newTokens(int count) {
    return Generation.newBuilder().setMaxNewTokens(count).build();
  }
}
