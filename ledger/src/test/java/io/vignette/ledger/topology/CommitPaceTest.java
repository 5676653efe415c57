package io.vignette.ledger.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommitPaceTest {

  private final CommitPace pace = new CommitPace(Duration.ofMillis(25));

  @Test
  void aResultIsAloneAfterAQuietTime() {
    assertThat(pace.isAlone(1_000, 995)).isTrue();
    assertThat(pace.isAlone(1_026, 1_020)).isTrue();
  }

  @Test
  void resultsCloseBehindOthersAreNotAlone() {
    assertThat(pace.isAlone(1_000, 995)).isTrue();
    assertThat(pace.isAlone(1_000, 995)).isFalse();
    assertThat(pace.isAlone(1_025, 1_020)).isFalse();
    assertThat(pace.isAlone(1_050, 1_045)).isFalse();
    assertThat(pace.isAlone(1_076, 1_070)).isTrue();
  }

  @Test
  void whereCommitsTakeLongerThanEventsAreApartTheyAreShared() {
    long now = 10_000;
    for (long event = 5_000; event < 8_000; event += 50) {
      assertThat(pace.isAlone(now, event)).isFalse();
      now += 200;
    }
    assertThat(pace.isAlone(now, now - CommitPace.FRESH.toMillis())).as("caught up").isTrue();
  }

  @Test
  void aWriterWhoseClockIsAheadIsNotLate() {
    assertThat(pace.isAlone(1_000, 7_201_000)).isTrue();
  }
}
