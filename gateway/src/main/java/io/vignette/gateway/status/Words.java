package io.vignette.gateway.status;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
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

  /** Writes all texts, in the order of their numbers: how many 4, then (bytes 4 · UTF-8) each. */
  void writeTo(DataOutputStream out) throws IOException {
    List<String> written = known();
    out.writeInt(written.size());
    for (String text : written) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      out.writeInt(utf8.length);
      out.write(utf8);
    }
  }

  private synchronized List<String> known() {
    return List.of(Arrays.copyOfRange(texts, 1, count));
  }

  /**
   * Gives texts the numbers that they were written with.
   *
   * @param bytesMax the length of the source
   * @throws IOException if the source is not as it was written, or these numbers are taken
   */
  void readFrom(DataInputStream in, long bytesMax) throws IOException {
    int texts = in.readInt();
    for (int number = 1; number <= texts; number++) {
      int length = in.readInt();
      if (length < 0 || length > bytesMax) {
        throw new IOException("text: %d bytes of %d".formatted(length, bytesMax));
      }
      byte[] utf8 = new byte[length];
      in.readFully(utf8);
      if (numberOf(new String(utf8, StandardCharsets.UTF_8)) != number) {
        throw new IOException("text: number %d is taken".formatted(number));
      }
    }
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
