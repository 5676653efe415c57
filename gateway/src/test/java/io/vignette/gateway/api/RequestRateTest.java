package io.vignette.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestRateTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final RequestRate rate = new RequestRate(3, nanos::get);

  @Test
  void soManyPassInASecond() {
    assertThat(taken(10)).isEqualTo(3);
    nanos.addAndGet(Duration.ofMillis(999).toNanos());
    assertThat(taken(10)).isZero();
    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(taken(10)).isEqualTo(3);
  }

  private int taken(int asked) {
    int taken = 0;
    for (int i = 0; i < asked; i++) {
      taken += rate.tryTake() ? 1 : 0;
    }
    return taken;
  }
}
