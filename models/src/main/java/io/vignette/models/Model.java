package io.vignette.models;

import java.nio.file.Path;

/**
 * A validated caption model: one entry of the model repository.
 *
 * <p>On disk it is three Triton models: the ensemble {@code M}, {@code M_vision_encoder} and {@code
 * M_llm}. Only {@link ModelRepository} makes instances, so every limit here agrees with the files.
 *
 * @param name the ensemble's name
 * @param version the newest numbered version folder of the ensemble
 * @param visionEncoderFile graph of the vision encoder, ONNX or TensorRT plan
 * @param llmFile graph of the language model, ONNX or TensorRT plan
 * @param tokenizerFile {@code tokenizer.json}
 * @param vocabularySize one more than the largest token id of the tokenizer
 * @param maxBatchSize most images in one inference; at least 1
 * @param maxNewTokens most tokens an answer can have: N of {@code output_ids}
 */
public record Model(
    String name,
    String version,
    ModelProfile profile,
    Path visionEncoderFile,
    Path llmFile,
    Path tokenizerFile,
    int vocabularySize,
    int maxBatchSize,
    int maxNewTokens) {

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
