package io.vignette.worker.engine.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7|PT7S",
        "0|PT0S",
        "1.5|PT1.5S",
        "-3|PT0S",
        "86400|PT10M",
        "1e300|PT10M",
        "Sat, 21 Nov 2026 12:00:20 GMT|PT20S",
        "Sat, 21 Nov 2026 11:00:00 GMT|PT0S",
        "Sun, 22 Nov 2026 12:00:00 GMT|PT10M",
        "soon|PT1S",
        "NaN|PT1S"
      })
  void readsSecondsAndDatesWithinBounds(String value, Duration wait) {
    assertThat(RetryAfter.of(headers("Retry-After", value), NOW)).isEqualTo(wait);
  }

  @Test
  void prefersMilliseconds() {
    HttpHeaders headers =
        HttpHeaders.of(
            Map.of("Retry-After", List.of("1"), "retry-after-ms", List.of("250")),
            (name, value) -> true);

    assertThat(RetryAfter.of(headers, NOW)).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void takesTheStandardWaitWhereNoneIsNamed() {
    assertThat(RetryAfter.of(headers("Date", "today"), NOW)).isEqualTo(Duration.ofSeconds(1));
    assertThat(RetryAfter.isIn(headers("Date", "today"))).isFalse();
    assertThat(RetryAfter.isIn(headers("retry-after", "1"))).isTrue();
  }

  private static HttpHeaders headers(String name, String value) {
    return HttpHeaders.of(Map.of(name, List.of(value)), (key, one) -> true);
  }
}
