package io.vignette.worker.engine.triton;

import io.vignette.models.Model;
import java.util.List;

/**
 * A model of the repository as a server serves it, checked.
 *
 * @param encoderRowsMax most pictures of a call of the vision encoder: the smaller of the server's
 *     and the repository's limit, and so are the other two
 * @param llmRowsMax most rows of a call of the language model
 * @param ensembleRowsMax most rows of a call of the ensemble
 * @param features type of the image features
 * @param featureShape without the batch
 */
record ServedModel(
    Model model,
    int encoderRowsMax,
    int llmRowsMax,
    int ensembleRowsMax,
    FeatureType features,
    List<Long> featureShape) {
  private static final String VISION_ENCODER_SUFFIX = "_vision_encoder";
  private static final String LLM_SUFFIX = "_llm";

  /** Numbers that image features may be made of. */
  enum FeatureType {
    FP32(4),
    FP16(2);

    private final int bytes;

    FeatureType(int bytes) {
      this.bytes = bytes;
    }

    int bytes() {
      return bytes;
    }
  }

  ServedModel {
    featureShape = List.copyOf(featureShape);
  }

  static String visionEncoder(Model model) {
    return model.name() + VISION_ENCODER_SUFFIX;
  }

  static String llm(Model model) {
    return model.name() + LLM_SUFFIX;
  }

  /** Bytes of one picture's features. */
  int featureBytes() {
    long numbers = featureShape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    return Math.toIntExact(numbers * features.bytes);
  }

  /** Shape of the features of several rows. */
  long[] featureShape(int rows) {
    long[] shape = new long[featureShape.size() + 1];
    shape[0] = rows;
    for (int i = 0; i < featureShape.size(); i++) {
      shape[i + 1] = featureShape.get(i);
    }
    return shape;
  }
}
