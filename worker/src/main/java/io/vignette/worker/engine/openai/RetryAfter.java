package io.vignette.worker.engine.openai;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * How long an overloaded server wants to be left alone.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-retry-after">RFC 9110: seconds or a
 *     date</a>
 */
final class RetryAfter {
  /** Where the server names no time. */
  static final Duration STANDARD = Duration.ofSeconds(1);

  /** However long the server names. */
  static final Duration LONGEST = Duration.ofMinutes(10);

  private RetryAfter() {}

  /** The wait the headers name; {@link #STANDARD} if none that can be read. */
  static Duration of(HttpHeaders headers, Instant now) {
    return millis(headers)
        .or(() -> headers.firstValue("Retry-After").flatMap(value -> read(value.strip(), now)))
        .map(RetryAfter::bounded)
        .orElse(STANDARD);
  }

  /** Whether the headers name a time. */
  static boolean isIn(HttpHeaders headers) {
    return headers.firstValue("Retry-After").isPresent();
  }

  /** More exact than the standard's whole seconds; OpenAI's and Azure's own. */
  private static Optional<Duration> millis(HttpHeaders headers) {
    return headers
        .firstValue("retry-after-ms")
        .flatMap(RetryAfter::number)
        .map(value -> Duration.ofMillis(Math.round(value)));
  }

  private static Optional<Duration> read(String value, Instant now) {
    return number(value)
        .map(seconds -> Duration.ofMillis(Math.round(seconds * 1000)))
        .or(() -> date(value).map(date -> Duration.between(now, date)));
  }

  private static Optional<Double> number(String value) {
    try {
      double number = Double.parseDouble(value);
      return Double.isFinite(number) ? Optional.of(Math.min(number, 1e9)) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> date(String value) {
    try {
      return Optional.of(
          ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Duration bounded(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
  }
}
