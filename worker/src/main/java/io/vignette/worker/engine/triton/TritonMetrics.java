package io.vignette.worker.engine.triton;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.metrics.Meters;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** Records the engine's events as metrics {@code vignette.engine.*}. Thread-safe. */
public final class TritonMetrics implements TritonListener {
  private static final String STEP = "step";

  private final MeterRegistry registry;
  private final AtomicInteger inFlight;
  private final AtomicInteger ready;
  private final Counter pictures;
  private final Counter tokens;
  private final Counter featuresReused;

  public TritonMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.inFlight =
        Meters.gauge(
            registry, "vignette.engine.calls.in.flight", "Calls that the server has not answered");
    this.ready =
        Meters.gauge(registry, "vignette.engine.ready", "Whether the server can infer: 1, or 0");
    this.pictures = counter("vignette.engine.pictures", "Images that the server has answered");
    this.tokens = counter("vignette.engine.tokens", "Tokens that the server has generated");
    this.featuresReused =
        counter(
            "vignette.engine.features.reused",
            "Images whose features were known from an earlier call");
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  @Override
  public void called(Step step, int rows) {
    inFlight.incrementAndGet();
    DistributionSummary.builder("vignette.engine.batch.size")
        .description("Rows in a call to the server")
        .tag(STEP, tag(step))
        .register(registry)
        .record(rows);
  }

  @Override
  public void answered(Step step, int rows, Duration took) {
    inFlight.decrementAndGet();
    Meters.stage("vignette.engine.call")
        .description("Time that the server took for a call")
        .tag(STEP, tag(step))
        .register(registry)
        .record(took);
  }

  @Override
  public void failed(Step step, InferenceFailure.Kind kind, Duration took) {
    inFlight.decrementAndGet();
    Counter.builder("vignette.engine.failures")
        .description("Calls to the server that failed, by kind of failure")
        .tag(STEP, tag(step))
        .tag("kind", tag(kind))
        .register(registry)
        .increment();
  }

  @Override
  public void generated(int answered, int generatedTokens) {
    pictures.increment(answered);
    tokens.increment(generatedTokens);
  }

  @Override
  public void featuresReused(int reused) {
    featuresReused.increment(reused);
  }

  @Override
  public void changed(EngineHealth health) {
    ready.set(health.isReady() ? 1 : 0);
  }

  private static String tag(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
