package io.vignette.worker.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.vignette.models.ModelTensors;
import java.util.NoSuchElementException;

/** What the vision encoder saw in a batch of pictures; native memory until closed. */
record ImageFeatures(OrtSession.Result result) implements AutoCloseable {

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
