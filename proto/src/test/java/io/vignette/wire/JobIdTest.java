package io.vignette.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JobIdTest {
  private static final byte[] SECRET =
      "a secret of thirty-two characters".getBytes(StandardCharsets.UTF_8);

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @Test
  void freshIdIsAVersion7UuidThatTellsItsTime() {
    JobId id = JobId.fresh(CLOCK);

    assertThat(id.value().version()).isEqualTo(7);
    assertThat(id.value().variant()).isEqualTo(2);
    assertThat(id.madeAt()).contains(NOW);
  }

  @Test
  void freshIdsOfOneMillisecondDiffer() {
    Set<JobId> ids = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      ids.add(JobId.fresh(CLOCK));
    }

    assertThat(ids).hasSize(10_000);
  }

  @Test
  void sameTenantAndKeyNameTheSameJob() {
    JobId id = JobId.named(SECRET, "acme", "order-1");

    assertThat(id).isEqualTo(JobId.named(SECRET, "acme", "order-1"));
    assertThat(id.value().version()).isEqualTo(8);
    assertThat(id.madeAt()).isEmpty();
  }

  @Test
  void nobodyComputesAnIdWithoutTheSecret() {
    assertThat(JobId.named(SECRET, "acme", "order-1"))
        .isNotEqualTo(JobId.named(new byte[32], "acme", "order-1"));
  }

  /** Of RFC 4231's construction: HMAC-SHA256 of "acme", a zero byte and "order-1". */
  @Test
  void anIdStaysTheSameFromVersionToVersion() {
    assertThat(JobId.named(SECRET, "acme", "order-1"))
        .hasToString("b7de3771-c870-865f-9314-d38928f00ad1");
  }

  @Test
  void tenantAndKeyDoNotRunIntoEachOther() {
    assertThat(JobId.named(SECRET, "ab", "c")).isNotEqualTo(JobId.named(SECRET, "a", "bc"));
    assertThat(JobId.named(SECRET, "acme", "k")).isNotEqualTo(JobId.named(SECRET, "other", "k"));
  }

  @Test
  void aPlaceAlwaysGivesTheSameId() {
    assertThat(JobId.ofPlace("jobs", 1, 2)).isEqualTo(JobId.ofPlace("jobs", 1, 2));
    assertThat(JobId.ofPlace("jobs", 1, 2)).isNotEqualTo(JobId.ofPlace("jobs", 2, 1));
    assertThat(JobId.ofPlace("jobs", 1, 2).madeAt()).isEmpty();
  }

  @Test
  void parsesItsOwnTextAndNothingElse() {
    JobId id = JobId.fresh(CLOCK);

    assertThat(JobId.parse(id.toString())).contains(id);
    assertThat(JobId.parse("")).isEmpty();
    assertThat(JobId.parse("1-1-1-1-1")).isEmpty();
    assertThat(JobId.parse("zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz")).isEmpty();
  }

  /** All of them are UUIDs for the JDK: one job would have many names. */
  @Test
  void anotherSpellingOfAnIdIsNone() {
    assertThat(JobId.parse("000000001-0000-7000-8000-00000000001")).isEmpty();
    assertThat(JobId.parse("+0000001-0000-7000-8000-000000000001")).isEmpty();
    assertThat(JobId.parse("00000001-0000-7000-8000-00000000000A"))
        .map(JobId::toString)
        .contains("00000001-0000-7000-8000-00000000000a");
  }
}
