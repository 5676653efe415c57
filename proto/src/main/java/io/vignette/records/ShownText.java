package io.vignette.records;

/**
 * A text that somebody else wrote, made fit for a log line or a message: short, on one line, read
 * in the order it is written in. Stateless.
 */
public final class ShownText {
  private static final int CHARACTERS_MAX = 80;

  private ShownText() {}

  /** At most 80 characters of {@code text}; control characters, line breaks too, become '?'. */
  public static String of(String text) {
    return of(text, CHARACTERS_MAX);
  }

  /**
   * At most {@code charactersMax} characters of {@code text}, with a "…" behind what was cut;
   * control characters become '?'.
   */
  public static String of(String text, int charactersMax) {
    boolean isCut = text.length() > charactersMax;
    String shown = isCut ? text.substring(0, end(text, charactersMax)) : text;
    StringBuilder clean = new StringBuilder(shown.length() + 1);
    for (int i = 0; i < shown.length(); i++) {
      char each = shown.charAt(i);
      clean.append(isUnprintable(each) ? '?' : each);
    }
    return isCut ? clean.append('…').toString() : clean.toString();
  }

  /**
   * Unicode's own line separators end a line in many viewers of logs, too, and what turns the
   * direction round (UAX #9) makes viewers show what is written behind it in another order.
   */
  private static boolean isUnprintable(char each) {
    return Character.isISOControl(each)
        || (each >= '\u202a' && each <= '\u202e')
        || (each >= '\u2066' && each <= '\u2069')
        || Character.getType(each) == Character.LINE_SEPARATOR
        || Character.getType(each) == Character.PARAGRAPH_SEPARATOR;
  }

  /** Never between the two halves of one character. */
  private static int end(String text, int charactersMax) {
    return charactersMax > 0 && Character.isHighSurrogate(text.charAt(charactersMax - 1))
        ? charactersMax - 1
        : charactersMax;
  }
}
