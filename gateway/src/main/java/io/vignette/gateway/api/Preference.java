package io.vignette.gateway.api;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long a client prefers to wait for an answer.
 *
 * <p>As the RFC asks, what cannot be understood is ignored, and more than we grant is cut.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7240">RFC 7240, Prefer</a>
 */
record Preference(Duration limit) {
  static final String REQUEST_HEADER = "Prefer";
  static final String RESPONSE_HEADER = "Preference-Applied";
  static final String TEXT =
      "wait=N: answer when the job has ended, or after N seconds (at most 60).";
  private static final long SECONDS_MAX = 60;
  private static final int DIGITS_MAX = 9;

  /** The wait that the headers ask for; empty where they ask for none. */
  static Optional<Preference> of(@Nullable List<String> headers) {
    if (headers == null) {
      return Optional.empty();
    }
    return headers.stream()
        .flatMap(header -> List.of(header.split("[,;]")).stream())
        .map(token -> token.strip().toLowerCase(Locale.ROOT))
        .filter(token -> token.startsWith("wait="))
        .map(token -> token.substring("wait=".length()).replace("\"", "").strip())
        .filter(Preference::isNumber)
        .map(seconds -> Math.min(SECONDS_MAX, Long.parseLong(seconds)))
        .map(seconds -> new Preference(Duration.ofSeconds(seconds)))
        .findFirst();
  }

  /** What was granted, as the response header says it. */
  String applied() {
    return "wait=" + limit.toSeconds();
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= DIGITS_MAX
        && text.chars().allMatch(character -> character >= '0' && character <= '9');
  }
}
