package io.vignette.standalone.composition;

import io.vignette.models.ModelRepository;
import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.onnx.OnnxEngine;
import io.vignette.worker.engine.onnx.OnnxSettings;
import io.vignette.worker.engine.openai.OpenAiEngine;
import io.vignette.worker.engine.openai.OpenAiSettings;
import io.vignette.worker.engine.triton.TritonEngine;
import io.vignette.worker.engine.triton.TritonListener;
import io.vignette.worker.engine.triton.TritonSettings;
import java.time.Clock;

/** Which engine captions, and where it is. */
public sealed interface EngineChoice {

  /** ONNX Runtime in this process. */
  record InProcess() implements EngineChoice {}

  /** A Triton server that serves the repository's models. */
  record Triton(TritonSettings settings) implements EngineChoice {}

  /** A server that speaks OpenAI's interface. */
  record OpenAi(OpenAiSettings settings) implements EngineChoice {}

  /** The engine, not started. */
  default CaptionEngine engine(
      ModelRepository models, OnnxSettings onnx, Clock clock, TritonListener listener) {
    return switch (this) {
      case InProcess inProcess -> new OnnxEngine(models, onnx, clock);
      case Triton triton ->
new TritonEngine(models, triton.settings(), clock, listener);
      case OpenAi openAi -> new OpenAiEngine(openAi.settings(), clock);
    };
  }
}
