package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;

/**
 * The transforms of a lossless WebP picture, walked for a decoder that does not count them.
 *
 * <p>Each of the four kinds may occur once. A decoder that takes as many as there are spends a pass
 * over the picture on each three bits of the file, or a table of a sixteenth of the picture. A
 * transform is found only behind the sub-image of the one before, so those are decoded, without
 * keeping a pixel. One use.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9649#section-3">RFC 9649, section 3</a>
 */
final class LosslessTransforms {
  private static final int HEADER_BITS = 8 + 14 + 14 + 1 + 3;
  private static final int PREDICTOR = 0;
  private static final int COLOR = 1;
  private static final int SUBTRACT_GREEN = 2;
  private static final int CACHE_BITS_MAX = 11;
  private static final int LITERALS = 256;
  private static final int LENGTHS = 24;
  private static final int DISTANCES = 40;

  private final LosslessBits bits;
  private final int height;
  private int width;

  private LosslessTransforms(LosslessBits bits, Size size) {
    this.bits = bits;
    this.width = (int) size.width();
    this.height = (int) size.height();
  }

  /**
   * Refuses a picture whose transforms are not as the format has them.
   *
   * @param bitstream from its signature on
   */
  static void check(Bytes bitstream, Size size) throws ImageRejectedException {
    LosslessBits bits = new LosslessBits(bitstream);
    bits.skip(HEADER_BITS);
    new LosslessTransforms(bits, size).walk();
  }

  private void walk() throws ImageRejectedException {
    int seen = 0;
    while (bits.read(1) == 1) {
      int kind = bits.read(2);
      if ((seen >> kind & 1) == 1) {
        throw ImageRejectedException.corrupt(
            "WebP transform: kind %d twice (expected: each kind once)".formatted(kind));
      }
      seen |= 1 << kind;
      transform(kind);
    }
  }

  private void transform(int kind) throws ImageRejectedException {
    switch (kind) {
      case PREDICTOR, COLOR -> {
        int block = bits.read(3) + 2;
        image(blocks(width, block), blocks(height, block));
      }
      case SUBTRACT_GREEN -> {}
      default -> {
        int colours = bits.read(8) + 1;
        image(colours, 1);
        width = blocks(width, indexShift(colours));
      }
    }
  }

  /** By how many bits the width shrinks when that many colours are packed. */
  private static int indexShift(int colours) {
    if (colours <= 2) {
      return 3;
    }
    if (colours <= 4) {
      return 2;
    }
    return colours <= 16 ? 1 : 0;
  }

  private static int blocks(int pixels, int shift) {
    return pixels + (1 << shift) - 1 >> shift;
  }

  private void image(int columns, int rows) throws ImageRejectedException {
    int cache = bits.read(1) == 1 ? bits.read(4) : 0;
    if (cache > CACHE_BITS_MAX) {
      throw ImageRejectedException.corrupt(
          "WebP colour cache: %d bits (expected: at most %d)".formatted(cache, CACHE_BITS_MAX));
    }
    PrefixCode green = PrefixCode.read(bits, LITERALS + LENGTHS + (cache == 0 ? 0 : 1 << cache));
    PrefixCode red = PrefixCode.read(bits, LITERALS);
    PrefixCode blue = PrefixCode.read(bits, LITERALS);
    PrefixCode alpha = PrefixCode.read(bits, LITERALS);
    PrefixCode distance = PrefixCode.read(bits, DISTANCES);
    long left = (long) columns * rows;
    while (left > 0) {
      int symbol = green.next(bits);
      if (symbol < LITERALS) {
        red.next(bits);
        blue.next(bits);
        alpha.next(bits);
        left--;
      } else if (symbol < LITERALS + LENGTHS) {
        left -= bits.readPrefixed(symbol - LITERALS);
        bits.readPrefixed(distance.next(bits));
      } else {
        left--;
      }
    }
    if (left < 0) {
      throw ImageRejectedException.corrupt(
          "WebP sub-image: %d pixels too many (expected: %d x %d)".formatted(-left, columns, rows));
    }
  }
}
