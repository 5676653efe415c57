package io.vignette.gateway.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueuePaceTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private final QueuePace pace = new QueuePace(Duration.ofSeconds(15));

  @Test
  void nothingIsKnownBeforeKafkaHasAnswered() {
    assertThat(pace.estimate(0, 5, START)).isEmpty();
  }

  @Test
  void positionCountsTheJobsOfAllPartitions() {
    pace.note(START, Map.of(0, 100L, 1, 90L, 2, 110L), true);

    assertThat(pace.estimate(1, 100, START))
        .hasValueSatisfying(
            estimate -> {
              assertThat(estimate.position()).isEqualTo(31);
              assertThat(estimate.untilTurn()).isEmpty();
            });
  }

  @Test
  void nextJobIsFirst() {
    pace.note(START, Map.of(0, 7L), true);

    assertThat(pace.estimate(0, 7, START).map(QueueEstimate::position)).contains(1L);
  }

  @Test
  void timeIsThatOfTheLastSeconds() {
    pace.note(START, Map.of(0, 0L), true);
    pace.note(START.plusSeconds(14), Map.of(0, 1000L), true);
    // By now the first note is too old to count.
    Instant now = START.plusSeconds(16);
    pace.note(now, Map.of(0, 1040L), true);

    assertThat(pace.estimate(0, 1240, now).flatMap(QueueEstimate::untilTurn))
        .contains(Duration.ofSeconds(10));
  }

  @Test
  void fewJobsAreNoPace() {
    pace.note(START, Map.of(0, 0L), true);
    assertThat(pace.timeFor(10, 1)).isEmpty();

    pace.note(START.plusSeconds(1), Map.of(0, 99L), true);
    assertThat(pace.timeFor(10, 100)).isEmpty();

    pace.note(START.plusSeconds(2), Map.of(0, 100L), true);
    assertThat(pace.timeFor(50, 100)).contains(Duration.ofSeconds(1));
  }

  @Test
  void idleTimeIsNoWork() {
    pace.note(START, Map.of(0, 0L), true);
    pace.note(START.plusSeconds(1), Map.of(0, 10L), false);
    // Jobs come after ten idle seconds; those of the second in which they came are not counted.
    pace.note(START.plusSeconds(11), Map.of(0, 13L), true);
    Instant now = START.plusSeconds(12);
    pace.note(now, Map.of(0, 23L), true);

    assertThat(pace.estimate(0, 123, now).flatMap(QueueEstimate::untilTurn))
        .contains(Duration.ofSeconds(10));
  }

  @Test
  void timeThatNobodyLookedIsNoWorkWhereNoJobsWereThere() {
    pace.note(START, Map.of(0, 0L), true);
    pace.note(START.plusSeconds(1), Map.of(0, 10L), true);
    pace.noteIdle();
    Instant now = START.plusSeconds(12);
    pace.note(now, Map.of(0, 20L), true);

    assertThat(pace.estimate(0, 120, now).flatMap(QueueEstimate::untilTurn))
        .contains(Duration.ofSeconds(10));
  }

  @Test
  void jobAtWorkHasNoPosition() {
    pace.note(START, Map.of(0, 8L), true);

    assertThat(pace.estimate(0, 7, START)).isEmpty();
    assertThat(pace.estimate(1, 9, START)).isEmpty();
  }

  @Test
  void oldAnswersAreNone() {
    pace.note(START, Map.of(0, 0L), true);

    assertThat(pace.estimate(0, 7, START.plusSeconds(5))).isPresent();
    assertThat(pace.estimate(0, 7, START.plusSeconds(6))).isEmpty();
  }

  @Test
  void partitionsThatAppearBreakThePace() {
    pace.note(START, Map.of(0, 0L), true);
    pace.note(START.plusSeconds(1), Map.of(0, 1L, 1, 1000L), true);

    assertThat(pace.estimate(0, 7, START.plusSeconds(1)).flatMap(QueueEstimate::untilTurn))
        .isEmpty();
  }
}
