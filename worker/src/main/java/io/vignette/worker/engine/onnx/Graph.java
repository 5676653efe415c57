package io.vignette.worker.engine.onnx;

import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.vignette.worker.engine.InferenceFailure;
import java.nio.file.Path;
import java.util.Map;

/**
 * A loaded graph.
 *
 * <p>Thread-safe until closed; close it only when no run is going on.
 */
final class Graph implements AutoCloseable {
  private final Path file;
  private final OrtSession session;

  private Graph(Path file, OrtSession session) {
    this.file = file;
    this.session = session;
  }

  /**
   * Loads a graph.
   *
   * @throws InferenceFailure if it cannot be served
   */
  static Graph load(Path file, OnnxSettings settings) throws InferenceFailure {
    if (!file.toString().endsWith(".onnx")) {
      throw InferenceFailure.unavailable(
          file + ": not an ONNX graph (expected: a file *.onnx; a TensorRT plan needs Triton)");
    }
    try (OrtSession.SessionOptions options = options(settings)) {
      OrtEnvironment environment = OrtStart.environment();
      return new Graph(file, environment.createSession(file.toString(), options));
    } catch (OrtException e) {
      throw OrtFailures.notLoaded(file, e);
    }
  }

  GraphTensors inputs() throws InferenceFailure {
    try {
      return new GraphTensors(file, "inputs", session.getInputInfo());
    } catch (OrtException e) {
      throw OrtFailures.notLoaded(file, e);
    }
  }

  GraphTensors outputs() throws InferenceFailure {
    try {
      return new GraphTensors(file, "outputs", session.getOutputInfo());
    } catch (OrtException e) {
      throw OrtFailures.notLoaded(file, e);
    }
  }

  private static OrtSession.SessionOptions options(OnnxSettings settings) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(settings.threadsPerBatch());
    options.setInterOpNumThreads(1);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    // ONNX Runtime would keep a plan of its memory for every shape, and batches come in all sizes:
    // 37 MB more resident for the bundled model, and no faster.
    options.setMemoryPatternOptimization(false);
    // Waiting threads would otherwise burn the cores that fetch and decode the next pictures.
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    return options;
  }

  /** Runs the graph; the caller closes the result. */
  OrtSession.Result run(
      Map<String, ? extends OnnxTensorLike> inputs, OrtSession.RunOptions runOptions)
      throws OrtException {
    return session.run(inputs, runOptions);
  }

  @Override
  public void close() throws InferenceFailure {
    try {
      session.close();
    } catch (OrtException e) {
      throw OrtFailures.from(e);
    }
  }
}
