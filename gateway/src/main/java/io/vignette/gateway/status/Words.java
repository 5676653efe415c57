package io.vignette.gateway.status;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Texts that many jobs share (tenants, models, workers, topics), each kept once under a number.
 *
 * <p>Thread-safe. Holds at most {@value #MAX} texts and never forgets one; beyond that a text has
 * no number and stays where it is.
 */
final class Words {
  /** The number of the empty text, and of one that has no number. */
  static final int NONE = 0;

  private static final int MAX = 0xFFFF;

  private final Map<String, Integer> numbers = new ConcurrentHashMap<>();
  private volatile String[] texts = new String[] {""};
  private int count = 1;

  /** The number of {@code text}; {@link #NONE} where it is empty or there are too many. */
  int numberOf(String text) {
    Integer known = numbers.get(text);
    if (known != null) {
      return known;
    }
    return text.isEmpty() ? NONE : add(text);
  }

  String text(int number) {
    return texts[number];
  }

  private synchronized int add(String text) {
    Integer known = numbers.get(text);
    if (known != null) { // Added by another thread meanwhile.
      return known;
    }
    if (count > MAX) {
      return NONE;
    }
    String[] grown = texts;
    if (count == grown.length) {
      grown = Arrays.copyOf(grown, grown.length * 2);
    }
    grown[count] = text;
    texts = grown; // Publishes the text before anybody can learn its number.
    numbers.put(text, count);
    return count++;
  }
}
