package io.vignette.service.worker;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.onnx.OnnxConfig;
import io.vignette.worker.engine.onnx.OnnxEngine;
import io.vignette.worker.engine.openai.OpenAiConfig;
import io.vignette.worker.engine.openai.OpenAiEngine;
import io.vignette.worker.engine.triton.TritonConfig;
import io.vignette.worker.engine.triton.TritonEngine;
import io.vignette.worker.engine.triton.TritonListeners;
import io.vignette.worker.engine.triton.TritonLog;
import io.vignette.worker.engine.triton.TritonMetrics;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;

/** The engine that the configuration names, not started. */
@Dependent
public class EngineBean {

  @Produces
  @Singleton
  CaptionEngine engine(
      EngineConfig config,
      TritonConfig triton,
      OnnxConfig onnx,
      OpenAiConfig openAi,
      ModelRepository models,
      Clock clock,
      MeterRegistry registry) {
    Model model = models.defaultModel();
    boolean wordsWanted = config.kind() == EngineConfig.Kind.OPENAI;
    if (model.takesWords() != wordsWanted) {
      throw new ConfigurationException(
          "vignette.engine.kind: %s with model %s (expected: openai if, and only if, vignette.models.remote names the model)"
              .formatted(config.kind(), model.name()));
    }
    return switch (config.kind()) {
      case TRITON ->
          new TritonEngine(
              models,
              triton.settings(),
              clock,
              new TritonListeners(List.of(new TritonMetrics(registry), new TritonLog())));
      case ONNX -> new OnnxEngine(models, onnx.settings(), clock);
      case OPENAI -> new OpenAiEngine(openAi.settings(model.name()), clock);
    };
  }
}
