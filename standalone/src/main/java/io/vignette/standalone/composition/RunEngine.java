package io.vignette.standalone.composition;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vignette.worker.engine.onnx.OnnxSettings;
import java.util.stream.Stream;

/**
 * The in-process engine's share of the machine while a folder is captioned: images a second count,
 * and nobody waits for a single one. What the user has set, by property or environment, stays.
 */
public final class RunEngine {
  private static final String THREADS = "vignette.engine.onnx.threads-per-batch";
  private static final String BATCHES = "vignette.engine.onnx.batches-at-once";

  private RunEngine() {}

  /**
   * What such a run computes with.
   *
   * @throws IllegalArgumentException if the user's values can't be used, and why
   */
  public static OnnxSettings settings() {
    return settings(new SmallRyeConfigBuilder().addDefaultSources().build());
  }

  static OnnxSettings settings(SmallRyeConfig config) {
    // One of the two alone was chosen with the other's documented default in mind.
    return isUnset(config)
        ? ours()
        : new OnnxSettings(
            config
                .getOptionalValue(THREADS, Integer.class)
                .orElse(OnnxSettings.DEFAULT.threadsPerBatch()),
            config
                .getOptionalValue(BATCHES, Integer.class)
                .orElse(OnnxSettings.DEFAULT.batchesAtOnce()));
  }

  /** Makes them the system's, unless the user has set one of them. */
  static void configure() {
    if (isUnset(new SmallRyeConfigBuilder().addDefaultSources().build())) {
      System.setProperty(THREADS, Integer.toString(ours().threadsPerBatch()));
      System.setProperty(BATCHES, Integer.toString(ours().batchesAtOnce()));
    }
  }

  private static OnnxSettings ours() {
    return OnnxSettings.forThroughput(Runtime.getRuntime().availableProcessors());
  }

  private static boolean isUnset(SmallRyeConfig config) {
    return Stream.of(THREADS, BATCHES)
        .allMatch(key -> config.getOptionalValue(key, String.class).isEmpty());
  }
}
