package io.vignette.standalone.composition;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vignette.worker.engine.onnx.OnnxSettings;
import java.util.Optional;

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
    OnnxSettings ours = OnnxSettings.forThroughput(Runtime.getRuntime().availableProcessors());
    Optional<Integer> threads = config.getOptionalValue(THREADS, Integer.class);
    Optional<Integer> batches = config.getOptionalValue(BATCHES, Integer.class);
    if (threads.isEmpty() && batches.isEmpty()) {
      return ours;
    }
    // One of the two alone was chosen with the other's documented default in mind.
    return new OnnxSettings(
        threads.orElse(OnnxSettings.DEFAULT.threadsPerBatch()),
        batches.orElse(OnnxSettings.DEFAULT.batchesAtOnce()));
  }

  /** Makes them the system's, unless the user has set one of them. */
  static void configure() {
    SmallRyeConfig config = new SmallRyeConfigBuilder().addDefaultSources().build();
    if (isUnset(config, THREADS) && isUnset(config, BATCHES)) {
      OnnxSettings settings = settings(config);
      System.setProperty(THREADS, Integer.toString(settings.threadsPerBatch()));
      System.setProperty(BATCHES, Integer.toString(settings.batchesAtOnce()));
    }
  }

  private static boolean isUnset(SmallRyeConfig config, String key) {
    return config.getOptionalValue(key, String.class).isEmpty();
  }
}
