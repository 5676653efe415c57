package io.vignette.gateway.api;

import java.util.stream.Collectors;

/** Shows values of requests in messages: short, and without what can't be written as UTF-8. */
final class Excerpt {
  private static final int CHARACTERS_MAX = 40;

  private Excerpt() {}

  /** The beginning of a value; a longer one ends with an ellipsis. */
  static String of(String value) {
    return value.codePointCount(0, value.length()) <= CHARACTERS_MAX
        ? value
        : value.substring(0, value.offsetByCodePoints(0, CHARACTERS_MAX)) + "…";
  }

  /** The text with control characters and unpaired surrogates written as JSON escapes them. */
  static String printable(String text) {
    return text.codePoints().mapToObj(Excerpt::printable).collect(Collectors.joining());
  }

  private static String printable(int character) {
    boolean isUnpaired = Character.getType(character) == Character.SURROGATE;
    return isUnpaired || Character.isISOControl(character)
        ? "\\u%04x".formatted(character)
        : Character.toString(character);
  }
}
