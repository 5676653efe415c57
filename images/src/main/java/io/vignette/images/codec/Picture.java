package io.vignette.images.codec;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageRejectedException;

/**
 * A picture whose header is known and whose pixels are not decoded yet.
 *
 * @param passes times that decoding goes over the whole picture, from 1
 * @param rasterBytesPerPixel what the decoder takes, before the samples become RGB; at most
 * @param tables what it takes beside that, however few pixels there are
 */
record Picture(
    Size size,
    long passes,
    long rasterBytesPerPixel,
    Tables tables,
    Orientation orientation,
    Pixels pixels) {
  /** Without large tables. */
  Picture(
      Size size, long passes, long rasterBytesPerPixel, Orientation orientation, Pixels pixels) {
    this(size, passes, rasterBytesPerPixel, () -> 0, orientation, pixels);
  }

  /** Of a format whose decoder goes over the picture once. */
  Picture(Size size, long rasterBytesPerPixel, Orientation orientation, Pixels pixels) {
    this(size, 1, rasterBytesPerPixel, orientation, pixels);
  }

  /** The same with tables. */
  Picture withTables(Tables needed) {
    return new Picture(size, passes, rasterBytesPerPixel, needed, orientation, pixels);
  }

  /**
   * Decodes, as stored: not turned upright.
   *
   * @param divisor 1, 2, 4 or 8: the sides may be divided by it, or not at all
   */
  DecodedImage decode(int divisor) throws ImageRejectedException {
    DecodedImage image = pixels.decode(divisor);
    Size decoded = new Size(image.width(), image.height());
    if (!decoded.equals(size) && !decoded.equals(size.dividedBy(divisor))) {
      throw ImageRejectedException.corrupt(
          "image dimensions: %s decoded (expected: %s as in the header)".formatted(decoded, size));
    }
    return image;
  }

  /** Memory for tables, looked up in the file. */
  @FunctionalInterface
  interface Tables {
    /** At most {@link LosslessStructure#TABLE_BYTES_MAX}. */
    long bytes() throws ImageRejectedException;
  }

  /** The work of decoding. */
  @FunctionalInterface
  interface Pixels {
    DecodedImage decode() throws ImageRejectedException;

    /** Reduced, where the format has a decoder that can; else in full. */
    default DecodedImage decode(int divisor) throws ImageRejectedException {
      return decode();
    }
  }
}
