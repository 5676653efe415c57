package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;

/**
 * The bits of a lossless WebP picture, the lowest of each byte first.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9649#section-3.2">RFC 9649, section 3.2</a>
 */
final class LosslessBits {
  private final Bytes bytes;
  private long at;

  LosslessBits(Bytes bytes) {
    this.bytes = bytes;
  }

  void skip(int count) {
    at += count;
  }

  /**
   * The next bits as a number, the first one lowest.
   *
   * @param count 0 to 31
   */
  int read(int count) throws ImageRejectedException {
    int value = 0;
    for (int bit = 0; bit < count; bit++) {
      value |= (bytes.u8(at >> 3) >> (at & 7) & 1) << bit;
      at++;
    }
    return value;
  }

  /** A length or distance whose prefix symbol was read: most have further bits. */
  int readPrefixed(int symbol) throws ImageRejectedException {
    if (symbol < 4) {
      return symbol + 1;
    }
    int extra = symbol - 2 >> 1;
    return (2 + (symbol & 1) << extra) + read(extra) + 1;
  }
}
