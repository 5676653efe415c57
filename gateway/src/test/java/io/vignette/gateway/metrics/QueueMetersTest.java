package io.vignette.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a job took, whatever time its event tells. */
class QueueMetersTest {
  private static final Instant ENDED = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void timeIsThatBetweenSubmissionAndEnd() {
    assertThat(QueueMeters.took(ENDED.minusMillis(1500), ENDED)).contains(Duration.ofMillis(1500));
  }

  /** Some of them would make the sum of all a negative number. */
  @ParameterizedTest
  @ValueSource(strings = {"0001-01-01T00:00:00Z", "1700-01-01T00:00:00Z"})
  void aTimeBeforeAllJobsIsLeftOut(Instant submitted) {
    assertThat(QueueMeters.took(submitted, ENDED)).isEmpty();
  }

  @Test
  void aTimeToComeIsNone() {
    assertThat(QueueMeters.took(Instant.parse("9999-12-31T23:59:59Z"), ENDED))
        .contains(Duration.ZERO);
  }
}
