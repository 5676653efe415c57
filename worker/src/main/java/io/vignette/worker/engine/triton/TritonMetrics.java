package io.vignette.worker.engine.triton;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.InferenceFailure;
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
    this.inFlight = gauge("vignette.engine.calls.in.flight");
    this.ready = gauge("vignette.engine.ready");
    this.pictures = registry.counter("vignette.engine.pictures");
    this.tokens = registry.counter("vignette.engine.tokens");
    this.featuresReused = registry.counter("vignette.engine.features.reused");
  }

  private AtomicInteger gauge(String name) {
    AtomicInteger value = new AtomicInteger();
    registry.gauge(name, value);
    return value;
  }

  @Override
  public void called(Step step, int rows) {
    inFlight.incrementAndGet();
    registry.summary("vignette.engine.batch.size", STEP, tag(step)).record(rows);
  }

  @Override
  public void answered(Step step, int rows, Duration took) {
    inFlight.decrementAndGet();
    registry.timer("vignette.engine.call", STEP, tag(step)).record(took);
  }

  @Override
  public void failed(Step step, InferenceFailure.Kind kind, Duration took) {
    inFlight.decrementAndGet();
    registry.counter("vignette.engine.failures", STEP, tag(step), "kind", tag(kind)).increment();
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
