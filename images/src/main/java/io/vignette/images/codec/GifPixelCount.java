package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;
import java.util.Arrays;

/**
 * Counts the pixels in a GIF frame's data without unpacking them: of each LZW code only the length
 * of its string is kept. For one use.
 */
final class GifPixelCount {
  private static final int CODES = 1 << 12;
  private static final int CODE_BITS_MAX = 12;
  private static final int NONE = -1;

  private final Bytes packed;
  private final int rootBits;
  private final int clear;
  private final int end;

  /** Where the next byte is, and where its block ends. */
  private int at = 1;

  private int blockEnd = 1;

  private int bits;
  private int bitCount;

  private final int[] lengths = new int[CODES];
  private int next;
  private int width;
  private int previous;

  /**
   * @param packed the size of the first codes and the chain of data blocks with its end
   */
  GifPixelCount(Bytes packed) throws ImageRejectedException {
    this.packed = packed;
    rootBits = packed.u8(0);
    if (rootBits < 1 || rootBits > 8) {
      throw ImageRejectedException.corrupt(
          "GIF code size: %d bits (expected: 1 to 8)".formatted(rootBits));
    }
    clear = 1 << rootBits;
    end = clear + 1;
    Arrays.fill(lengths, 0, clear, 1);
    restart();
  }

  private void restart() {
    next = end + 1;
    width = rootBits + 1;
    previous = NONE;
  }

  /** How many pixels there are, {@code wanted} where there are that many or more. */
  long upTo(long wanted) throws ImageRejectedException {
    long found = 0;
    while (found < wanted) {
      int code = code();
      if (code == end) {
        return found;
      }
      if (code == clear) {
        restart();
      } else {
        found += lengthOf(code);
      }
    }
    return wanted;
  }

  /** The end of the data counts as the end code, which some files lack. */
  private int code() throws ImageRejectedException {
    while (bitCount < width) {
      if (at == blockEnd) {
        int size = packed.u8(at);
        if (size == 0) {
          return end;
        }
        at++;
        blockEnd = at + size;
      }
      bits |= packed.u8(at++) << bitCount;
      bitCount += 8;
    }
    int code = bits & (1 << width) - 1;
    bits >>>= width;
    bitCount -= width;
    return code;
  }

  private int lengthOf(int code) throws ImageRejectedException {
    boolean isKnown = previous == NONE ? code < clear : code <= next;
    if (!isKnown) {
      throw ImageRejectedException.corrupt(
          "GIF code: %d (expected: at most %d)"
              .formatted(code, previous == NONE ? clear - 1 : next));
    }
    if (previous != NONE && next < CODES) {
      lengths[next++] = lengths[previous] + 1;
      if (next == 1 << width && width < CODE_BITS_MAX) {
        width++;
      }
    }
    previous = code;
    return lengths[code];
  }
}
