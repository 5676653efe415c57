package io.vignette.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class EventLagTest {
  private static final TopicPartition ZERO = new TopicPartition("events", 0);
  private static final TopicPartition ONE = new TopicPartition("events", 1);

  private final EventLag lag = new EventLag();

  @Test
  void withoutEventsThereIsNone() {
    lag.observe(Map.of(ZERO, 0L, ONE, 7L), Map.of(ZERO, 0L, ONE, 7L), at(1));

    assertThat(lag.events()).isZero();
    assertThat(lag.age(at(100))).isZero();
  }

  @Test
  void agesWhileNothingIsCommitted() {
    lag.observe(Map.of(ZERO, 5L), Map.of(ZERO, 3L), at(1));
    lag.observe(Map.of(ZERO, 9L), Map.of(ZERO, 3L), at(11));

    assertThat(lag.events()).isEqualTo(6);
    assertThat(lag.age(at(21))).isEqualTo(Duration.ofSeconds(20));
    assertThat(lag.ageSeconds(at(21))).isEqualTo(20.0);
  }

  @Test
  void aLedgerThatKeepsUpStaysYoungUnderEventsThatNeverStop() {
    for (int second = 1; second < 60; second++) {
      lag.observe(Map.of(ZERO, 10L * second), Map.of(ZERO, 10L * second - 5), at(second));
      assertThat(lag.age(at(second))).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void onePartitionThatStandsStillIsEnough() {
    for (int second = 1; second <= 40; second++) {
      lag.observe(
          Map.of(ZERO, 4L, ONE, 10L * second), Map.of(ZERO, 2L, ONE, 10L * second), at(second));
    }

    assertThat(lag.events()).isEqualTo(2);
    assertThat(lag.age(at(40))).isEqualTo(Duration.ofSeconds(39));
  }

  @Test
  void whatIsCommittedAtLastIsForgotten() {
    lag.observe(Map.of(ZERO, 5L), Map.of(ZERO, 0L), at(1));
    lag.observe(Map.of(ZERO, 5L), Map.of(ZERO, 5L), at(60));

    assertThat(lag.events()).isZero();
    assertThat(lag.age(at(61))).isZero();
  }

  private static long at(int seconds) {
    return Duration.ofSeconds(seconds).toNanos() - Duration.ofHours(1).toNanos();
  }
}
