package io.vignette.worker.engine.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.vignette.models.ModelTensors;
import io.vignette.worker.engine.InferenceFailure;
import java.util.NoSuchElementException;
import java.util.Set;

/** What the vision encoder saw in a batch of pictures; native memory until closed. */
record ImageFeatures(OrtSession.Result result) implements AutoCloseable {

  private static final Set<OnnxJavaType> TYPES = Set.of(OnnxJavaType.FLOAT, OnnxJavaType.FLOAT16);

  /** Checks that a graph gives or takes image features. */
  static void require(GraphTensors tensors) throws InferenceFailure {
    tensors.require(
        ModelTensors.IMAGE_FEATURES, TYPES, GraphTensors.OPEN, GraphTensors.ANY, GraphTensors.ANY);
  }

  /** Checks that one graph takes what another gives. */
  static void requireSame(GraphTensors taken, GraphTensors given) throws InferenceFailure {
    TensorInfo features = given.tensor(ModelTensors.IMAGE_FEATURES, TYPES);
    taken.require(ModelTensors.IMAGE_FEATURES, Set.of(features.type), features.getShape());
  }

  /** [pictures, Q, D]. */
  OnnxTensor tensor() {
    return tensor(result, ModelTensors.IMAGE_FEATURES);
  }

  static OnnxTensor tensor(OrtSession.Result result, String name) {
    return (OnnxTensor) result.get(name).orElseThrow(() -> new NoSuchElementException(name));
  }

  @Override
  public void close() {
    result.close();
  }
}
