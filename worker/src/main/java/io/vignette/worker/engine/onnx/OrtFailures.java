package io.vignette.worker.engine.onnx;

import ai.onnxruntime.OrtException;
import io.vignette.worker.engine.InferenceFailure;
import java.nio.file.Path;

/** Translates ONNX Runtime's errors; nobody else looks at them. */
final class OrtFailures {
  private OrtFailures() {}

  static InferenceFailure from(OrtException e) {
    String message = "ONNX Runtime: " + firstLine(e);
    return switch (e.getCode()) {
      case ORT_INVALID_ARGUMENT -> InferenceFailure.invalidInput(message, e);
      default -> InferenceFailure.backend(message, e);
    };
  }

  static InferenceFailure notLoaded(Path file, OrtException e) {
    return InferenceFailure.unavailable(
        "%s: cannot be loaded: %s".formatted(file, firstLine(e)), e);
  }

  private static String firstLine(OrtException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
