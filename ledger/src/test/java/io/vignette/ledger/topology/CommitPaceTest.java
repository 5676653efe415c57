package io.vignette.ledger.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommitPaceTest {

  private final CommitPace pace = new CommitPace(Duration.ofMillis(25));

  @Test
  void theFirstResultAfterAQuietIntervalIsDue() {
    assertThat(pace.isDue(1_000)).isTrue();
    assertThat(pace.isDue(1_000)).isFalse();
    assertThat(pace.isDue(1_025)).isFalse();
    assertThat(pace.isDue(1_026)).isTrue();
  }
}
