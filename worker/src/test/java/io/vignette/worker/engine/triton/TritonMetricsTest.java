package io.vignette.worker.engine.triton;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.InferenceFailure.Kind;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TritonMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final TritonMetrics metrics = new TritonMetrics(registry);

  @Test
  void recordsWhatHappens() {
    metrics.changed(new EngineHealth(EngineHealth.State.READY, ""));
    metrics.called(Step.ENSEMBLE, 16);
    metrics.called(Step.LLM, 3);
    metrics.called(Step.ENCODER, 1);
    metrics.answered(Step.ENSEMBLE, 16, Duration.ofMillis(20));
    metrics.failed(Step.LLM, Kind.OVERLOADED, Duration.ofMillis(1));
    metrics.generated(16, 160);
    metrics.featuresReused(2);

    assertThat(registry.get("vignette.engine.ready").gauge().value()).isEqualTo(1);
    assertThat(registry.get("vignette.engine.calls.in.flight").gauge().value()).isEqualTo(1);
    assertThat(registry.get("vignette.engine.batch.size").tag("step", "ensemble").summary().mean())
        .isEqualTo(16);
    assertThat(
            registry
                .get("vignette.engine.call")
                .tag("step", "ensemble")
                .timer()
                .totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(20);
    assertThat(
            registry
                .get("vignette.engine.failures")
                .tags("step", "llm", "kind", "overloaded")
                .counter()
                .count())
        .isEqualTo(1);
    assertThat(registry.get("vignette.engine.pictures").counter().count()).isEqualTo(16);
    assertThat(registry.get("vignette.engine.tokens").counter().count()).isEqualTo(160);
    assertThat(registry.get("vignette.engine.features.reused").counter().count()).isEqualTo(2);
  }
}
