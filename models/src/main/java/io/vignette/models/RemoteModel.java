package io.vignette.models;

import java.util.List;
import java.util.Optional;

/**
 * Makes models of which nothing is on this disk: their servers tokenise, resize and batch, and are
 * told in words what to do.
 */
public final class RemoteModel {
  /** Pixels of a picture's longer side. More show more, and cost more tokens. */
  private static final int SIDE_MAX = 1024;

  private static final int PROMPT_TOKENS_MAX = 1024;
  private static final ModelProfile.TokenRange NEW_TOKENS =
      new ModelProfile.TokenRange(1, 2048, 128);

  private static final ModelProfile.Templates TEMPLATES =
      new ModelProfile.Templates(
          "Describe this picture in one sentence. Answer with the sentence alone.",
          "Write one sentence that describes this picture and begins with these words: {}",
          "{}");

  private RemoteModel() {}

  /**
   * The model a server knows by this name.
   *
   * @param name not blank
   */
  public static Model named(String name) {
    ModelProfile profile =
        new ModelProfile(
            ModelProfile.SCHEMA,
            name,
            "A model of a server that is spoken to in words.",
            "",
            "",
            new ModelProfile.Image(SIDE_MAX, SIDE_MAX, ModelProfile.Resample.BICUBIC),
            new ModelProfile.Text("", PROMPT_TOKENS_MAX, 0, List.of(), List.of(PROMPT_TOKENS_MAX)),
            TEMPLATES,
            new ModelProfile.Generation(NEW_TOKENS),
            new ModelProfile.Batch(1),
            ModelProfile.Confidence.UNKNOWN);
    return new Model(name, "remote", profile, Optional.empty(), 0, 1, NEW_TOKENS.max());
  }
}
