package io.vignette.worker.engine.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.vignette.models.Model;
import io.vignette.models.ModelTensors;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceItem;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The graph from pictures to image features. */
final class VisionEncoder implements AutoCloseable {
  private final Model model;
  private final Graph graph;

  private VisionEncoder(Model model, Graph graph) {
    this.model = model;
    this.graph = graph;
  }

  static VisionEncoder load(Model model, OnnxSettings settings) throws InferenceFailure {
    return new VisionEncoder(model, Graph.load(model.visionEncoderFile(), settings));
  }

  /** Checks that the graph has the tensors that the repository's configuration promises. */
  void check() throws InferenceFailure {
    graph
        .inputs()
        .require(
            ModelTensors.PIXELS,
            Set.of(OnnxJavaType.UINT8),
            GraphTensors.OPEN,
            model.imageHeight(),
            model.imageWidth(),
            3);
    ImageFeatures.require(graph.outputs());
  }

  GraphTensors outputs() throws InferenceFailure {
    return graph.outputs();
  }

  /** One run for all items, each picture once however many prompts it has. */
  ImageFeatures encode(List<InferenceItem> items, Scratch scratch, OrtSession.RunOptions runOptions)
      throws OrtException {
    ByteBuffer pixels = scratch.bytes(Scratch.Use.PIXELS, items.size() * model.imageBytes());
    items.forEach(item -> pixels.put(item.picture()));
    long[] shape = {items.size(), model.imageHeight(), model.imageWidth(), 3};
    try (OnnxTensor tensor =
        OnnxTensor.createTensor(
            OrtEnvironment.getEnvironment(), pixels.flip(), shape, OnnxJavaType.UINT8)) {
      return new ImageFeatures(graph.run(Map.of(ModelTensors.PIXELS, tensor), runOptions));
    }
  }

  @Override
  public void close() throws InferenceFailure {
    graph.close();
  }
}
