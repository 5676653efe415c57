package io.vignette.models;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A validated caption model: one entry of the model repository.
 *
 * <p>On disk, if it is there, it is three Triton models: the ensemble {@code M}, {@code
 * M_vision_encoder} and {@code M_llm}. Only {@link ModelRepository} makes such instances, so every
 * limit here agrees with the files.
 *
 * @param name the ensemble's name
 * @param version the newest numbered version folder of the ensemble
 * @param files empty where a server has them, which takes files of pictures and words
 * @param vocabularySize one more than the largest token id of the tokenizer; 0 without one
 * @param maxBatchSize most images in one inference; at least 1
 * @param maxNewTokens most tokens an answer can have: N of {@code output_ids}
 */
public record Model(
    String name,
    String version,
    ModelProfile profile,
    Optional<ModelFiles> files,
    int vocabularySize,
    int maxBatchSize,
    int maxNewTokens) {

  /**
   * Whether pictures are sent as files and prompts as words, because a server has the model's
   * files; else as pixels and tokens.
   */
  public boolean takesWords() {
    return files.isEmpty();
  }

  /** Graph of the vision encoder. */
  public Path visionEncoderFile() {
    return requireFiles().visionEncoder();
  }

  /** Graph of the language model. */
  public Path llmFile() {
    return requireFiles().llm();
  }

  /** {@code tokenizer.json}. */
  public Path tokenizerFile() {
    return requireFiles().tokenizer();
  }

  private ModelFiles requireFiles() {
    return files.orElseThrow(
        () -> new IllegalStateException("model %s: no files (expected: files)".formatted(name)));
  }

  /** The batch size that serves most images a second; at most {@link #maxBatchSize()}. */
  public int preferredBatchSize() {
    return profile.batch().preferred();
  }

  /** Pixels a row of the picture that the vision encoder takes. */
  public int imageWidth() {
    return profile.image().width();
  }

  /** Rows of the picture that the vision encoder takes. */
  public int imageHeight() {
    return profile.image().height();
  }

  /** Bytes of one picture as the vision encoder takes it: rows of RGB, 8 bits each. */
  public int imageBytes() {
    return imageWidth() * imageHeight() * 3;
  }
}
