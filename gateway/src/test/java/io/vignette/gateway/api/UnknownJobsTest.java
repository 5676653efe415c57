package io.vignette.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.gateway.status.FixedStatus;
import io.vignette.gateway.submission.FixedConfig;
import io.vignette.wire.JobId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class UnknownJobsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  /** The longest deadline, the time in the table, the margin. */
  private static final Duration REMEMBERED = Duration.ofHours(24 + 24).plusMinutes(10);

  private final UnknownJobs unknown =
      new UnknownJobs(new FixedStatus(), new FixedConfig(), Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void whatMayStillComeIsNotFound() {
    assertThat(unknown.of(madeBefore(REMEMBERED)).status()).isEqualTo(404);
  }

  @Test
  void whatMustHaveEndedLongAgoIsGone() {
    JobId old = madeBefore(REMEMBERED.plusMillis(1));

    assertThat(unknown.of(old).status()).isEqualTo(410);
    assertThat(unknown.of(old).getMessage())
        .isEqualTo(
            "job: '"
                + old
                + "' was made at 2025-12-31T02:54:04.999Z (expected: less than 48 h ago)");
  }

  @Test
  void keyedIdsAndNonsenseTellNoTime() {
    assertThat(unknown.of(JobId.named(new byte[32], "default", "key")).status()).isEqualTo(404);
    assertThat(unknown.of("nonsense").status()).isEqualTo(404);
  }

  private static JobId madeBefore(Duration age) {
    return JobId.fresh(Clock.fixed(NOW.minus(age), ZoneOffset.UTC));
  }
}
