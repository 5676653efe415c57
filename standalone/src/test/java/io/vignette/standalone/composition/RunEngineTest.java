package io.vignette.standalone.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vignette.worker.engine.onnx.OnnxSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunEngineTest {
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  @Test
  void coresAreSharedByBatchesUnlessTheUserSaysOtherwise() {
    assertThat(RunEngine.settings(properties(Map.of())))
        .isEqualTo(OnnxSettings.forThroughput(CORES));
    assertThat(
            RunEngine.settings(properties(Map.of("vignette.engine.onnx.threads-per-batch", "3"))))
        .isEqualTo(new OnnxSettings(3, 1));
    assertThat(RunEngine.settings(environment("VIGNETTE_ENGINE_ONNX_BATCHES_AT_ONCE", "2")))
        .isEqualTo(new OnnxSettings(0, 2));
  }

  @Test
  void unusableValuesAreNamed() {
    SmallRyeConfig config = properties(Map.of("vignette.engine.onnx.batches-at-once", "many"));

    assertThatThrownBy(() -> RunEngine.settings(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("batches-at-once", "many");
  }

  private static SmallRyeConfig properties(Map<String, String> properties) {
    return new SmallRyeConfigBuilder()
        .withSources(new PropertiesConfigSource(properties, "test", 400))
        .build();
  }

  private static SmallRyeConfig environment(String name, String value) {
    return new SmallRyeConfigBuilder()
        .withSources(new EnvConfigSource(Map.of(name, value), 300))
        .build();
  }
}
