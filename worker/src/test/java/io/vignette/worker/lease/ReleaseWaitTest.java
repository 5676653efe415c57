package io.vignette.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReleaseWaitTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATE = NOW.plusSeconds(45);

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "2, 2", "3, 4", "4, 8", "5, 8", "1000, 8"})
  void doublesWithEveryDeliveryUpToEightTimes(int delivery, int seconds) {
    assertThat(waitOn(LaneKind.BULK, 1_000).of(delivery, LATE)).hasSeconds(seconds);
    assertThat(waitOn(LaneKind.SOLO, 1_000).of(delivery, LATE)).hasSeconds(seconds);
  }

  @ParameterizedTest
  @CsvSource({"5000, 4000", "2000, 1000", "1500, 500", "1000, 0", "999, 0", "0, 0", "-9000, 0"})
  void endsASecondBeforeTheLeaseAndIsNeverNegative(int leaseLeftMillis, int millis) {
    ReleaseWait wait = waitOn(LaneKind.BULK, 1_000);

    assertThat(wait.of(4, NOW.plusMillis(leaseLeftMillis))).hasMillis(millis);
  }

  @Test
  void isAtMostASecondOnTheInteractiveLane() {
    assertThat(waitOn(LaneKind.INTERACTIVE, 1_000).of(4, LATE)).hasSeconds(1);
    assertThat(waitOn(LaneKind.INTERACTIVE, 200).of(2, LATE)).hasMillis(400);
    assertThat(waitOn(LaneKind.INTERACTIVE, 1_000).of(4, NOW.plusMillis(1_300))).hasMillis(300);
  }

  private static ReleaseWait waitOn(LaneKind lane, int backoffMillis) {
    return new ReleaseWait(
        lane, Duration.ofMillis(backoffMillis), Clock.fixed(NOW, ZoneOffset.UTC));
  }
}
