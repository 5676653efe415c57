package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;
import java.util.Arrays;

/**
 * A canonical prefix code of a lossless WebP picture.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9649#section-3.7.2.1">RFC 9649, section
 *     3.7.2.1</a>
 */
final class PrefixCode {
  private static final int LENGTH_MAX = 15;
  private static final int TABLE_BITS = 8;

  /** An array with its header, and what refers to it. */
  private static final int OBJECT_BYTES = 48;

  private static final int REPEAT = 16;
  private static final int ZEROS = 17;
  private static final int FIRST_REPEATED = 8;
  private static final int[] ORDER_OF_LENGTHS = {
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  };

  /** How many symbols have a code of each length; a lone symbol has none and takes no bit. */
  private final int[] counts = new int[LENGTH_MAX + 1];

  /** By length, and then by number. */
  private final int[] symbols;

  private PrefixCode(int[] lengths) throws ImageRejectedException {
    for (int length : lengths) {
      counts[length]++;
    }
    counts[0] = 0;
    int[] next = new int[LENGTH_MAX + 1];
    int left = 1;
    for (int length = 1; length <= LENGTH_MAX; length++) {
      left = 2 * left - counts[length];
      if (left < 0) {
        throw bad("more codes of %d bits than there are".formatted(length));
      }
      next[length] = next[length - 1] + counts[length - 1];
    }
    int used = Arrays.stream(counts).sum();
    symbols = new int[used];
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] != 0) {
        symbols[next[lengths[symbol]]++] = symbol;
      }
    }
    if (used == 1) {
      Arrays.fill(counts, 0);
    } else if (left != 0) {
      throw bad("%d symbols that leave codes without one".formatted(used));
    }
  }

  static PrefixCode read(LosslessBits bits, int alphabet) throws ImageRejectedException {
    int[] lengths = new int[alphabet];
    if (bits.read(1) == 1) {
      boolean hasTwo = bits.read(1) == 1;
      int first = bits.read(bits.read(1) == 1 ? 8 : 1);
      mark(lengths, first);
      if (hasTwo) {
        int second = bits.read(8);
        // Decoders differ in what they make of another order, and where the next bits are.
        if (second <= first) {
          throw bad("symbol %d behind %d".formatted(second, first));
        }
        mark(lengths, second);
      }
    } else {
      readLengths(bits, lengths);
    }
    return new PrefixCode(lengths);
  }

  private static void mark(int[] lengths, int symbol) throws ImageRejectedException {
    if (symbol >= lengths.length) {
      throw bad("symbol %d of %d".formatted(symbol, lengths.length));
    }
    lengths[symbol] = 1;
  }

  private static void readLengths(LosslessBits bits, int[] lengths) throws ImageRejectedException {
    int[] lengthsOfLengths = new int[ORDER_OF_LENGTHS.length];
    int given = 4 + bits.read(4);
    for (int i = 0; i < given; i++) {
      lengthsOfLengths[ORDER_OF_LENGTHS[i]] = bits.read(3);
    }
    int left = lengths.length;
    if (bits.read(1) == 1) {
      left = 2 + bits.read(2 + 2 * bits.read(3));
    }
    PrefixCode code = new PrefixCode(lengthsOfLengths);
    int repeated = FIRST_REPEATED;
    int at = 0;
    while (at < lengths.length && left-- > 0) {
      int length = code.next(bits);
      if (length < REPEAT) {
        lengths[at++] = length;
        repeated = length == 0 ? repeated : length;
        continue;
      }
      int times = times(bits, length);
      if (at + times > lengths.length) {
        throw bad("%d lengths (expected: at most %d)".formatted(at + times, lengths.length));
      }
      Arrays.fill(lengths, at, at + times, length == REPEAT ? repeated : 0);
      at += times;
    }
  }

  private static int times(LosslessBits bits, int length) throws ImageRejectedException {
    return switch (length) {
      case REPEAT -> 3 + bits.read(2);
      case ZEROS -> 3 + bits.read(3);
      default -> 11 + bits.read(7);
    };
  }

  /**
   * Bytes that the decoder takes for the code: a table of 256 numbers, and one for each eight bits
   * that longer codes begin with.
   */
  int decoderBytes() {
    int bytes = OBJECT_BYTES + (4 << TABLE_BITS);
    int prefix = -1;
    int longest = TABLE_BITS;
    int code = 0;
    for (int length = 1; length <= LENGTH_MAX; length++) {
      code <<= 1;
      for (int i = 0; i < counts[length]; i++, code++) {
        if (length <= TABLE_BITS) {
          continue;
        }
        if (code >> length - TABLE_BITS != prefix) {
          bytes += prefix < 0 ? 0 : OBJECT_BYTES + (4 << longest - TABLE_BITS);
          prefix = code >> length - TABLE_BITS;
        }
        longest = length;
      }
    }
    return prefix < 0 ? bytes : bytes + OBJECT_BYTES + (4 << longest - TABLE_BITS);
  }

  int next(LosslessBits bits) throws ImageRejectedException {
    if (symbols.length == 0) {
      throw bad("no symbol");
    }
    if (symbols.length == 1) {
      return symbols[0];
    }
    int code = 0;
    int first = 0;
    int index = 0;
    for (int length = 1; length <= LENGTH_MAX; length++) {
      code |= bits.read(1);
      int behind = code - first - counts[length];
      if (behind < 0) {
        return symbols[index + counts[length] + behind];
      }
      index += counts[length];
      first = first + counts[length] << 1;
      code <<= 1;
    }
    throw bad("bits that are no code");
  }

  private static ImageRejectedException bad(String what) {
    return ImageRejectedException.corrupt(
        "WebP prefix code: %s (expected: a complete code)".formatted(what));
  }
}
