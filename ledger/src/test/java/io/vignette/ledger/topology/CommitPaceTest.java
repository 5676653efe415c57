package io.vignette.ledger.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommitPaceTest {

  private final CommitPace pace = new CommitPace(Duration.ofMillis(25));

  @Test
  void aResultIsAloneAfterAQuietTime() {
    assertThat(pace.isAlone(1_000)).isTrue();
    assertThat(pace.isAlone(1_026)).isTrue();
  }

  @Test
  void resultsCloseBehindOthersAreNotAlone() {
    assertThat(pace.isAlone(1_000)).isTrue();
    assertThat(pace.isAlone(1_000)).isFalse();
    assertThat(pace.isAlone(1_025)).isFalse();
    assertThat(pace.isAlone(1_050)).isFalse();
    assertThat(pace.isAlone(1_076)).isTrue();
  }
}
