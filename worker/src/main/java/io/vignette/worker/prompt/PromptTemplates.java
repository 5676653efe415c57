package io.vignette.worker.prompt;

import io.vignette.models.ModelProfile;
import io.vignette.proto.v1.Prompt;
import io.vignette.wire.Reason;

/** Sets a client's words into a model's templates. */
final class PromptTemplates {
  /** What is asked when nothing is asked. */
  static final Prompt CAPTION = Prompt.newBuilder().setKind(Prompt.Kind.CAPTION).build();

  private static final String PLACEHOLDER = "{}";

  /**
   * Characters a token that no real prompt exceeds on average: words have fewer. Keeps a text of
   * megabytes away from the tokenizer, which needs time in proportion.
   */
  private static final int CHARACTERS_PER_TOKEN_MAX = 16;

  private final ModelProfile.Templates templates;
  private final int charactersMax;

  PromptTemplates(ModelProfile profile) {
    this.templates = profile.templates();
    this.charactersMax = profile.text().maxPromptTokens() * CHARACTERS_PER_TOKEN_MAX;
  }

  String textOf(Prompt prompt) throws PromptRejectedException {
    return switch (prompt.getKind()) {
      case CAPTION -> templates.caption();
      case PREFIX -> fill(templates.prefix(), "prefix", prompt.getText());
      case QUESTION -> fill(templates.question(), "question", prompt.getText());
      case KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw new PromptRejectedException(
              Reason.REQUEST_INVALID,
              "prompt kind: %d (expected: CAPTION, PREFIX or QUESTION)"
                  .formatted(prompt.getKindValue()));
    };
  }

  private String fill(String template, String kind, String words) throws PromptRejectedException {
    if (words.isBlank()) {
      throw new PromptRejectedException(
          Reason.PROMPT_MISSING, kind + ": \"\" (expected: a text that is not empty)");
    }
    if (words.length() > charactersMax) {
      throw new PromptRejectedException(
          Reason.PROMPT_TOO_LONG,
          "%s: %d characters (expected: at most %d)"
              .formatted(kind, words.length(), charactersMax));
    }
    return template.replace(PLACEHOLDER, words);
  }
}
