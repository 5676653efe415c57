package io.vignette.worker.engine.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.vignette.models.Model;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceItem;
import io.vignette.worker.engine.rows.Row;
import io.vignette.worker.engine.rows.RowAnswer;
import java.util.List;

/**
 * Both graphs of one model.
 *
 * <p>Thread-safe until closed.
 */
final class OnnxModel implements AutoCloseable {
  private final VisionEncoder visionEncoder;
  private final LanguageModel languageModel;

  private OnnxModel(VisionEncoder visionEncoder, LanguageModel languageModel) {
    this.visionEncoder = visionEncoder;
    this.languageModel = languageModel;
  }

  /**
   * Loads both and checks them against the repository's configuration and each other.
   *
   * @throws InferenceFailure if the model cannot be served
   */
  static OnnxModel load(Model model, OnnxSettings settings) throws InferenceFailure {
    VisionEncoder visionEncoder = VisionEncoder.load(model, settings);
    try {
      visionEncoder.check();
      return new OnnxModel(visionEncoder, loadLlm(model, settings, visionEncoder.outputs()));
    } catch (InferenceFailure e) {
      visionEncoder.close();
      throw e;
    }
  }

  private static LanguageModel loadLlm(
      Model model, OnnxSettings settings, GraphTensors visionEncoder) throws InferenceFailure {
    LanguageModel languageModel = LanguageModel.load(model, settings);
    try {
      languageModel.check(visionEncoder);
      return languageModel;
    } catch (InferenceFailure e) {
      languageModel.close();
      throw e;
    }
  }

  /** Infers a batch on the calling thread. */
  List<RowAnswer> infer(
      List<InferenceItem> items, List<Row> rows, Scratch scratch, OrtSession.RunOptions runOptions)
      throws InferenceFailure {
    try (ImageFeatures features = visionEncoder.encode(items, scratch, runOptions)) {
      return languageModel.answer(features, rows, scratch, runOptions);
    } catch (OrtException e) {
      throw OrtFailures.from(e);
    }
  }

  @Override
  public void close() throws InferenceFailure {
    visionEncoder.close();
    languageModel.close();
  }
}
