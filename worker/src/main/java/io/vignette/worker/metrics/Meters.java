package io.vignette.worker.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.DoubleStream;

/**
 * Makes timers with histograms of the orders of magnitude that occur, and gauges that keep their
 * value. Thread-safe.
 */
public final class Meters {
  private static final double[] STAGE_SECONDS = {
    0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
    2.5, 5, 10, 30, 60, 300
  };
  private static final double[] WAIT_SECONDS = {
    0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400,
    43_200, 86_400
  };

  private Meters() {}

  /** A timer of something that takes microseconds to minutes. */
  public static Timer.Builder stage(String name) {
    return Timer.builder(name).serviceLevelObjectives(durations(STAGE_SECONDS));
  }

  /** A timer of something that takes milliseconds to hours. */
  public static Timer.Builder wait(String name) {
    return Timer.builder(name).serviceLevelObjectives(durations(WAIT_SECONDS));
  }

  /** The value of a new gauge. The registry keeps it, so the gauge never becomes no number. */
  public static AtomicInteger gauge(MeterRegistry registry, String name, String description) {
    AtomicInteger value = new AtomicInteger();
    Gauge.builder(name, value, AtomicInteger::get)
        .description(description)
        .strongReference(true)
        .register(registry);
    return value;
  }

  private static Duration[] durations(double[] seconds) {
    return DoubleStream.of(seconds)
        .mapToObj(each -> Duration.ofNanos(Math.round(each * 1_000_000_000)))
        .toArray(Duration[]::new);
  }
}
