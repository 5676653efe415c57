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
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/** Which engine captions, and where it is. */
public sealed interface EngineChoice {

  /** Part of an attempt that is not the answer: fetching, decoding, a little waiting. */
  Duration BEYOND_AN_ANSWER = Duration.ofMinutes(1);

  /** ONNX Runtime in this process. */
  record InProcess() implements EngineChoice {}

  /** A Triton server that serves the repository's models. */
  record Triton(TritonSettings settings) implements EngineChoice {}

  /** A server that speaks OpenAI's interface. */
  record OpenAi(OpenAiSettings settings) implements EngineChoice {}

  /**
   * What gateway and worker must be told where this engine is not like the others. A picture may
   * take a slow server minutes: it is leased for longer, and few are leased at once, for while one
   * is answered the others wait and their leases run.
   */
  default Map<String, String> systemSettings() {
    return switch (this) {
      case InProcess inProcess -> Map.of();
      case Triton triton -> Map.of();
      case OpenAi(OpenAiSettings settings) -> {
        Duration budget = settings.timeouts().request().plus(BEYOND_AN_ANSWER);
        yield Map.of(
            "vignette.attempt.budget", budget.toString(),
            "vignette.topics.lease-time", budget.multipliedBy(4).dividedBy(3).toString(),
            "vignette.lease.records-per-fetch", Integer.toString(settings.requestsMax()));
      }
    };
  }

  /**
   * The engine, not started.
   *
   * @param listener made only where the engine is Triton: one that makes meters would leave meters
   *     without an engine
   */
  default CaptionEngine engine(
      ModelRepository models, OnnxSettings onnx, Clock clock, Supplier<TritonListener> listener) {
    return switch (this) {
      case InProcess inProcess -> new OnnxEngine(models, onnx, clock);
      case Triton triton -> new TritonEngine(models, triton.settings(), clock, listener.get());
      case OpenAi openAi -> new OpenAiEngine(openAi.settings(), clock);
    };
  }
}
