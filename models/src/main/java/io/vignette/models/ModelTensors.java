package io.vignette.models;

/**
 * Names of the tensors that join worker, vision encoder and language model, as in every {@code
 * config.pbtxt} and graph.
 *
 * <p>Shapes leave out the batch: H × W picture, Q × D image features, T prompt tokens, N answer
 * tokens.
 */
public final class ModelTensors {
  /** UINT8 [H, W, 3]: rows of RGB. */
  public static final String PIXELS = "pixels";

  /** FP32 or FP16 [Q, D]. */
  public static final String IMAGE_FEATURES = "image_features";

  /** INT64 [T]. */
  public static final String INPUT_IDS = "input_ids";

  /** INT64 [T]: 0 where {@link #INPUT_IDS} is padding. */
  public static final String ATTENTION_MASK = "attention_mask";

  /** INT64 [1]: the row's own limit, at most N. */
  public static final String MAX_NEW_TOKENS = "max_new_tokens";

  /** INT64 [N]. */
  public static final String OUTPUT_IDS = "output_ids";

  /** INT64 [1]: how many of {@link #OUTPUT_IDS} were generated. */
  public static final String OUTPUT_LENGTHS = "output_lengths";

  /** FP32 [1]: mean log-probability of the generated tokens. */
  public static final String SCORES = "scores";

  private ModelTensors() {}
}
