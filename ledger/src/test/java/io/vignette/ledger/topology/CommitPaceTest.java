package io.vignette.ledger.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommitPaceTest {
  private static final boolean INTERACTIVE = true;
  private static final boolean BULK = false;

  private final CommitPace pace = new CommitPace(CommitPace.none());

  @Test
  void aResultIsAloneAfterAQuietTime() {
    assertThat(pace.isAlone(1_000, 995, INTERACTIVE)).isTrue();
    assertThat(pace.isAlone(1_026, 1_020, INTERACTIVE)).isTrue();
    assertThat(pace.isDue(9_000)).as("none waits").isFalse();
  }

  @Test
  void resultsCloseBehindOthersAreNotAlone() {
    assertThat(pace.isAlone(1_000, 995, INTERACTIVE)).isTrue();
    assertThat(pace.isAlone(1_000, 995, INTERACTIVE)).isFalse();
    assertThat(pace.isAlone(1_025, 1_020, INTERACTIVE)).isFalse();
    assertThat(pace.isAlone(1_050, 1_045, INTERACTIVE)).isFalse();
    assertThat(pace.isAlone(1_076, 1_070, INTERACTIVE)).isTrue();
  }

  @Test
  void anInteractiveResultWaitsATenthOfASecondHoweverManyCome() {
    pace.isAlone(1_000, 995, BULK);
    pace.isAlone(1_001, 995, INTERACTIVE);
    pace.isAlone(1_020, 1_015, INTERACTIVE);

    assertThat(pace.isDue(1_050)).isFalse();
    pace.isAlone(1_050, 1_049, BULK);
    assertThat(pace.isDue(1_052)).isTrue();
    assertThat(pace.isDue(1_102)).as("committed").isFalse();
  }

  @Test
  void bulkResultsShareTheRegularCommitWhileTheyCome() {
    assertThat(pace.isAlone(1_000, 995, BULK)).isTrue();
    for (long now = 1_130; now < 9_000; now += 130) {
      assertThat(pace.isAlone(now, now - 5, BULK)).isFalse();
      assertThat(pace.isDue(now + 100)).isFalse();
    }
  }

  @Test
  void bulkResultsAreCommittedWhenNoMoreCome() {
    pace.isAlone(1_000, 995, BULK);
    assertThat(pace.isAlone(1_030, 1_025, BULK)).isFalse();

    assertThat(pace.isDue(1_350)).isFalse();
    assertThat(pace.isDue(1_400)).isTrue();
    assertThat(pace.isAlone(2_231, 2_225, BULK)).isTrue();
  }

  @Test
  void whereCommitsTakeLongerThanEventsAreApartTheyAreShared() {
    long now = 10_000;
    for (long event = 5_000; event < 8_000; event += 50) {
      assertThat(pace.isAlone(now, event, INTERACTIVE)).isFalse();
      now += 200;
    }
    assertThat(pace.isAlone(now, now - CommitPace.FRESH.toMillis(), INTERACTIVE))
        .as("caught up")
        .isTrue();
  }

  @Test
  void aWriterWhoseClockIsAheadIsNotLate() {
    assertThat(pace.isAlone(1_000, 7_201_000, INTERACTIVE)).isTrue();
  }
}
