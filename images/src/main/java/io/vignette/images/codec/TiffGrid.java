package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;

/**
 * How a TIFF picture is cut into parts, which are strips or tiles.
 *
 * @param part the size of a whole one; the last ones may reach beyond the picture
 * @param planes 1, or the number of samples where each has its own parts
 */
record TiffGrid(Size picture, Size part, long planes) {
  private static final int PARTS_MAX = 1 << 18;

  /** A small picture may have a usual tile. */
  private static final int SIDE_BEYOND_MAX = 4096;

  private static final long PART_BYTES_LEAST = 64L << 20;

  /** A narrow picture may have a row of usual tiles. */
  private static final long ALL_BYTES_LEAST = 256L << 20;

  /** Of numbers from 0; saturates so far below the largest one that results can be added. */
  static long product(long a, long b) {
    return Math.multiplyHigh(a, b) == 0 && a * b >= 0
        ? Math.min(a * b, Long.MAX_VALUE / 8)
        : Long.MAX_VALUE / 8;
  }

  /**
   * Refuses parts that cost much more than the picture: whatever its use, a part is decoded with
   * all that it says it has.
   *
   * @param columnBytes what decoding takes for each column of a part beside its pixels
   */
  void requireFit(long bytesPerPixel, long columnBytes) throws ImageRejectedException {
    long whole = product(picture.pixels(), bytesPerPixel);
    long each = product(part.pixels(), bytesPerPixel) + product(part.width(), columnBytes);
    boolean isEmpty = part.width() < 1 || part.height() < 1;
    if (isEmpty
        || part.width() > picture.width() + SIDE_BEYOND_MAX
        || part.height() > picture.height() + SIDE_BEYOND_MAX
        || each > Math.max(PART_BYTES_LEAST, 2 * whole)) {
      throw ImageRejectedException.corrupt(
          "TIFF part: %s of a picture of %s (expected: not much larger)".formatted(part, picture));
    }
    // Strips of one row are usual.
    long rows = product(picture.pixels(), bytesPerPixel + columnBytes);
    long most = Math.max(ALL_BYTES_LEAST, 4 * rows);
    long all = product(product(across(), down()), each);
    if (all > most) {
      throw ImageRejectedException.corrupt(
          "TIFF parts: %s each, %d bytes together, of a picture of %s (expected: at most %d)"
              .formatted(part, all, picture, most));
    }
  }

  /** Refuses a list of parts that is too short. */
  void requireListed(long listed) throws ImageRejectedException {
    long expected = product(product(across(), down()), planes);
    if (expected > PARTS_MAX || listed < expected) {
      throw ImageRejectedException.corrupt(
          "TIFF parts: %d (expected: %d, at most %d)".formatted(listed, expected, PARTS_MAX));
    }
  }

  int count() {
    return (int) product(product(across(), down()), planes);
  }

  /** What lies in the picture of a part. */
  Size used(int index) {
    long column = index % across();
    long row = index / across() % down();
    return new Size(
        Math.min(part.width(), picture.width() - column * part.width()),
        Math.min(part.height(), picture.height() - row * part.height()));
  }

  private long across() {
    return Math.ceilDiv(picture.width(), part.width());
  }

  private long down() {
    return Math.ceilDiv(picture.height(), part.height());
  }
}
