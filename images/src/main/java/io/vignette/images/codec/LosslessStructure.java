package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;

/**
 * What comes before the pixels of a lossless WebP picture, walked for a decoder that bounds none of
 * it: the transforms, and the groups of prefix codes.
 *
 * <p>Each of the four kinds of transforms may occur once. A decoder that takes as many as there are
 * spends a pass over the picture on each three bits of the file, or a table of a sixteenth of the
 * picture. A transform is found only behind the sub-image of the one before, so those are decoded,
 * without keeping a pixel. One use.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9649#section-3">RFC 9649, section 3</a>
 */
final class LosslessStructure {
  private static final int HEADER_BITS = 8 + 14 + 14 + 1 + 3;
  private static final int PREDICTOR = 0;
  private static final int COLOR = 1;
  private static final int SUBTRACT_GREEN = 2;
  private static final int CACHE_BITS_MAX = 11;
  private static final int LITERALS = 256;
  private static final int LENGTHS = 24;
  private static final int DISTANCES = 40;

  /** More than pictures of encoders need: those have some hundred groups. */
  static final long TABLE_BYTES_MAX = 256L << 20;

  private static final int GROUP_BYTES = 64;

  private final LosslessBits bits;
  private final int height;
  private int width;

  private LosslessStructure(LosslessBits bits, Size size) {
    this.bits = bits;
    this.width = (int) size.width();
    this.height = (int) size.height();
  }

  /**
   * Bytes that the decoder takes for prefix codes.
   *
   * @param bitstream from its signature on
   * @throws ImageRejectedException if the picture is not as the format has it, ends before its
   *     pixels, or needs more than {@link #TABLE_BYTES_MAX}
   */
  static long tableBytes(Bytes bitstream, Size size) throws ImageRejectedException {
    LosslessBits bits = new LosslessBits(bitstream);
    bits.skip(HEADER_BITS);
    LosslessStructure structure = new LosslessStructure(bits, size);
    structure.transforms();
    return structure.codes();
  }

  private void transforms() throws ImageRejectedException {
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

  /** The codes of the picture itself: one group, or as many as a sub-image refers to. */
  private long codes() throws ImageRejectedException {
    int cache = cacheBits();
    int groups = 1;
    if (bits.read(1) == 1) {
      int block = bits.read(3) + 2;
      groups = 1 + image(blocks(width, block), blocks(height, block));
    }
    long bytes = 0;
    for (int group = 0; group < groups; group++) {
      bytes += new Codes(cache).decoderBytes();
      if (bytes > TABLE_BYTES_MAX) {
        throw new ImageRejectedException(
            Reason.IMAGE_UNSUPPORTED_TYPE,
            "WebP prefix codes: more than %d bytes of tables (expected: at most so many)"
                .formatted(TABLE_BYTES_MAX));
      }
    }
    return bytes;
  }

  private int cacheBits() throws ImageRejectedException {
    if (bits.read(1) == 0) {
      return 0;
    }
    int cache = bits.read(4);
    if (cache < 1 || cache > CACHE_BITS_MAX) {
      throw ImageRejectedException.corrupt(
          "WebP colour cache: %d bits (expected: 1 to %d)".formatted(cache, CACHE_BITS_MAX));
    }
    return cache;
  }

  /**
   * Walks a sub-image.
   *
   * @return the largest of its pixels' red and green, as one number: pixels that are copied from
   *     others are not larger
   */
  private int image(int columns, int rows) throws ImageRejectedException {
    Codes codes = new Codes(cacheBits());
    int most = 0;
    long left = (long) columns * rows;
    while (left > 0) {
      int symbol = codes.green.next(bits);
      if (symbol < LITERALS) {
        most = Math.max(most, codes.red.next(bits) << 8 | symbol);
        codes.blue.next(bits);
        codes.alpha.next(bits);
        left--;
      } else if (symbol < LITERALS + LENGTHS) {
        left -= bits.readPrefixed(symbol - LITERALS);
        bits.readPrefixed(codes.distance.next(bits));
      } else {
        left--;
      }
    }
    if (left < 0) {
      throw ImageRejectedException.corrupt(
          "WebP sub-image: %d pixels too many (expected: %d x %d)".formatted(-left, columns, rows));
    }
    return most;
  }

  /** A group of prefix codes, as the next bits have it. */
  private final class Codes {
    private final PrefixCode green;
    private final PrefixCode red;
    private final PrefixCode blue;
    private final PrefixCode alpha;
    private final PrefixCode distance;

    Codes(int cacheBits) throws ImageRejectedException {
      green = PrefixCode.read(bits, LITERALS + LENGTHS + (cacheBits == 0 ? 0 : 1 << cacheBits));
      red = PrefixCode.read(bits, LITERALS);
      blue = PrefixCode.read(bits, LITERALS);
      alpha = PrefixCode.read(bits, LITERALS);
      distance = PrefixCode.read(bits, DISTANCES);
    }

    long decoderBytes() {
      return GROUP_BYTES
          + green.decoderBytes()
          + red.decoderBytes()
          + blue.decoderBytes()
          + alpha.decoderBytes()
          + distance.decoderBytes();
    }
  }
}
