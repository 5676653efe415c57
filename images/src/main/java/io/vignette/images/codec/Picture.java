package io.vignette.images.codec;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageRejectedException;

/**
 * A picture whose header is known and whose pixels are not decoded yet.
 *
 * @param passes times that decoding goes over the whole picture, from 1
 * @param rasterBytesPerPixel what the decoder takes, before the samples become RGB; at most
 * @param tableKibibytes what it takes beside that, however few pixels there are; at most
 */
record Picture(
    Size size,
    long passes,
    long rasterBytesPerPixel,
    int tableKibibytes,
    Orientation orientation,
    Pixels pixels) {
  /** Without large tables. */
  Picture(
      Size size, long passes, long rasterBytesPerPixel, Orientation orientation, Pixels pixels) {
    this(size, passes, rasterBytesPerPixel, 0, orientation, pixels);
  }

  /** Of a format whose decoder goes over the picture once. */
  Picture(Size size, long rasterBytesPerPixel, Orientation orientation, Pixels pixels) {
    this(size, 1, rasterBytesPerPixel, orientation, pixels);
  }

  /** The same with tables that take so much memory. */
  Picture withTables(int kibibytes) {
    return new Picture(size, passes, rasterBytesPerPixel, kibibytes, orientation, pixels);
  }

  /** Decodes, as stored: not turned upright. */
  DecodedImage decode() throws ImageRejectedException {
    DecodedImage image = pixels.decode();
    if (image.width() != size.width() || image.height() != size.height()) {
      throw ImageRejectedException.corrupt(
          "image dimensions: %dx%d decoded (expected: %s as in the header)"
              .formatted(image.width(), image.height(), size));
    }
    return image;
  }

  /** The work of decoding. */
  @FunctionalInterface
  interface Pixels {
    DecodedImage decode() throws ImageRejectedException;
  }
}
