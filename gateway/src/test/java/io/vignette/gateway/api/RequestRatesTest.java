package io.vignette.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestRatesTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final RequestRates rates = new RequestRates(3, nanos::get);

  @Test
  void soManyOfAClientPassInASecond() {
    assertThat(taken("a", 10)).isEqualTo(3);
    assertThat(taken("b", 10)).isEqualTo(3);
    nanos.addAndGet(Duration.ofMillis(999).toNanos());
    assertThat(taken("a", 10)).isZero();
    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(taken("a", 10)).isEqualTo(3);
  }

  @Test
  void clientsBeyondThoseThatAreRememberedShareABound() {
    for (int client = 0; client < RequestRates.CLIENTS_MAX; client++) {
      assertThat(rates.tryTake("client-" + client)).isTrue();
    }

    assertThat(taken("another", 2)).isEqualTo(2);
    assertThat(taken("yet another", 2)).isEqualTo(1);
    assertThat(taken("client-0", 10)).isEqualTo(2);
  }

  private int taken(String client, int asked) {
    int taken = 0;
    for (int i = 0; i < asked; i++) {
      taken += rates.tryTake(client) ? 1 : 0;
    }
    return taken;
  }
}
