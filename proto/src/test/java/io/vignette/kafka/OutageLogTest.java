package io.vignette.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OutageLogTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final OutageLog log = new OutageLog(nanos::get);

  @Test
  void lastingFailureIsLoggedOnceAMinute() {
    int logged = 0;
    for (int second = 0; second < 180; second++) {
      logged += log.failed() ? 1 : 0;
      pass(Duration.ofSeconds(1));
    }

    assertThat(logged).isEqualTo(3);
  }

  @Test
  void itsEndIsLoggedWithHowLongItLasted() {
    log.failed();
    pass(Duration.ofSeconds(90));
    log.failed();
    pass(Duration.ofSeconds(2));

    assertThat(log.succeeded()).contains(Duration.ofSeconds(92));
    assertThat(log.succeeded()).isEmpty();
  }

  @Test
  void anotherFailureSoonAfterwardsIsLoggedAtOnce() {
    assertThat(log.failed()).isTrue();
    pass(Duration.ofSeconds(2));
    log.succeeded();
    pass(Duration.ofSeconds(10));

    assertThat(log.failed()).isTrue();
    pass(Duration.ofSeconds(59));
    assertThat(log.failed()).isFalse();
  }

  @Test
  void successWithoutFailureIsNotLogged() {
    assertThat(log.succeeded()).isEmpty();
  }

  @Test
  void failureThatComesAndGoesIsLoggedOnceAMinute() {
    int logged = 0;
    int ends = 0;
    for (int second = 0; second < 180; second++) {
      logged += log.failed() ? 1 : 0;
      pass(Duration.ofMillis(500));
      ends += log.succeeded().isPresent() ? 1 : 0;
      pass(Duration.ofMillis(500));
    }

    assertThat(logged).isEqualTo(3);
    assertThat(ends).isEqualTo(3);
  }

  @Test
  void durationsAreShownInSeconds() {
    assertThat(OutageLog.text(Duration.ofMillis(92_340))).isEqualTo("92.3 s");
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
