package io.vignette.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TopicsTest {

  @Test
  void everyNameStartsWithThePrefix() {
    Topics topics = new Topics("team-a");

    assertThat(topics.jobEvents()).isEqualTo("team-a.job-events");
    assertThat(topics.resultsJson()).isEqualTo("team-a.results.json");
    assertThat(topics.delay(Topics.Delay.ONE_MINUTE)).isEqualTo("team-a.delay.1m");
    assertThat(topics.leased())
        .containsExactly("team-a.jobs.interactive", "team-a.jobs.bulk", "team-a.jobs.solo");
  }

  @Test
  void blankPrefixIsRefused() {
    assertThatThrownBy(() -> new Topics(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: not blank");
  }
}
