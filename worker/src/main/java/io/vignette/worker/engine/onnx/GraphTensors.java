package io.vignette.worker.engine.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import io.vignette.worker.engine.InferenceFailure;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** The inputs or the outputs that a graph declares. */
record GraphTensors(Path file, String side, Map<String, NodeInfo> found) {

  /** A dimension that the graph must leave open, as ONNX Runtime writes it. */
  static final long OPEN = -1;

  /** A dimension of a size that nobody else knows. */
  static final long ANY = -2;

  /**
   * Checks one of them.
   *
   * @param dims batch first; a dimension that the graph leaves open fits every size
   */
  void require(String name, Set<OnnxJavaType> types, long... dims) throws InferenceFailure {
    long[] shape = tensor(name, types).getShape();
    if (!fits(shape, dims)) {
      throw unusable(
          name,
          "%s (expected: %s, -1 = open, -2 = any)"
              .formatted(Arrays.toString(shape), Arrays.toString(dims)));
    }
  }

  TensorInfo tensor(String name, Set<OnnxJavaType> types) throws InferenceFailure {
    NodeInfo node = found.get(name);
    if (node == null) {
      throw unusable(name, "missing, found " + found.keySet());
    }
    if (!(node.getInfo() instanceof TensorInfo tensor)) {
      throw unusable(name, node.getInfo() + " (expected: a tensor)");
    }
    if (!types.contains(tensor.type)) {
      throw unusable(name, "%s (expected: %s)".formatted(tensor.type, types));
    }
    return tensor;
  }

  private static boolean fits(long[] shape, long[] dims) {
    if (shape.length != dims.length) {
      return false;
    }
    for (int i = 0; i < dims.length; i++) {
      boolean fits =
          shape[i] == dims[i] || (dims[i] != OPEN && (shape[i] == OPEN || dims[i] == ANY));
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private InferenceFailure unusable(String name, String problem) {
    return InferenceFailure.unavailable("%s: %s: %s: %s".formatted(file, side, name, problem));
  }
}
