package io.vignette.worker.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EngineLoadTest {
  private static final double CLOSE = 1e-9;

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private int inFlight;
  private boolean ready = true;
  private int waiting;
  private int decoding;
  private int fetching;
  private long images;

  private final EngineLoad load =
      new EngineLoad(
          new EngineLoad.Gauges(
              4,
              () -> inFlight,
              () -> ready,
              () -> waiting,
              () -> decoding,
              () -> fetching,
              () -> images,
              () -> 20.0),
          nanos::get);

  @Test
  void whatIsInUseCountsByItsShare() {
    inFlight = 4;
    pass(1);
    inFlight = 1;
    decoding = 3;
    pass(1);
    inFlight = 9;
    pass(2);

    EngineLoad.Snapshot all = load.snapshot();
    assertThat(all.busyRatio()).isCloseTo(3.25 / 4, within(CLOSE));
    assertThat(all.starvedSeconds().get(Starvation.DECODE)).isCloseTo(0.75, within(CLOSE));
  }

  @Test
  void theReasonIsTheLastStageThatHasAnything() {
    pass(1);
    fetching = 2;
    pass(1);
    decoding = 2;
    pass(1);
    waiting = 2;
    pass(1);
    ready = false;
    pass(1);

    assertThat(load.snapshot().starvedSeconds())
        .hasSize(5)
        .allSatisfy(
            (reason, seconds) ->
                assertThat(seconds).as(reason.label()).isCloseTo(1.0, within(CLOSE)));
  }

  @Test
  void theLastMinuteForgets() {
    pass(30);
    inFlight = 4;
    images = 600;
    pass(60);

    assertThat(load.lastMinute().busyRatio()).isCloseTo(1.0, within(0.02));
    assertThat(load.lastMinute().imagesPerSecond()).isBetween(0.0, 10.01);
    assertThat(load.snapshot().imagesPerSecond()).isCloseTo(600 / 90.0, within(CLOSE));
    assertThat(load.snapshot().shareOfLimit()).isCloseTo(600 / 90.0 / 20, within(CLOSE));
  }

  @Test
  void metricsTellIt() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    LoadMetrics.register(load, registry);
    inFlight = 2;
    images = 8;
    pass(2);

    assertThat(registry.get("vignette.engine.busy.ratio").gauge().value())
        .isCloseTo(0.5, within(CLOSE));
    assertThat(registry.get("vignette.images.per.second").gauge().value())
        .isCloseTo(4.0, within(CLOSE));
    assertThat(registry.get("vignette.share.of.limit").gauge().value())
        .isCloseTo(0.2, within(CLOSE));
    assertThat(
            registry
                .get("vignette.starved.seconds")
                .tag("reason", "queue_empty")
                .functionCounter()
                .count())
        .isCloseTo(1.0, within(CLOSE));
  }

  /** Looked at each tenth of a second. */
  private void pass(int seconds) {
    for (int look = 0; look < 10 * seconds; look++) {
      nanos.addAndGet(100_000_000);
      load.look();
    }
  }
}
