package io.vignette.worker.load;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** The load of the engine as metrics. The registry keeps what it needs. */
public final class LoadMetrics {
  private LoadMetrics() {}

  /** Registers them; call once for a load. */
  public static void register(EngineLoad load, MeterRegistry registry) {
    gauge(
        load,
        registry,
        "vignette.engine.busy.ratio",
        "Share of the engine in use in the last minute, 0 to 1",
        EngineLoad.Snapshot::busyRatio);
    gauge(
        load,
        registry,
        "vignette.images.per.second",
        "Images answered a second in the last minute",
        EngineLoad.Snapshot::imagesPerSecond);
    gauge(
        load,
        registry,
        "vignette.share.of.limit",
        "Images a second in the last minute ÷ what the engine did at its best batch size; 0: unknown",
        EngineLoad.Snapshot::shareOfLimit);
    for (Starvation reason : Starvation.values()) {
      FunctionCounter.builder(
              "vignette.starved.seconds",
              load,
              each -> each.snapshot().starvedSeconds().getOrDefault(reason, 0.0))
          .description("Time that parts of the engine were not in use, by what they waited for")
          .tag("reason", reason.label())
          .register(registry);
    }
  }

  private static void gauge(
      EngineLoad load,
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<EngineLoad.Snapshot> value) {
    Gauge.builder(name, load, each -> value.applyAsDouble(each.lastMinute()))
        .description(description)
        .strongReference(true)
        .register(registry);
  }
}
