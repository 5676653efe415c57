package io.vignette.images.codec;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageRejectedException;
import java.nio.ByteOrder;

/** How a stored picture must be turned to stand upright, as EXIF numbers it. */
enum Orientation {
  UPRIGHT(false, false, false),
  MIRRORED(false, true, false),
  UPSIDE_DOWN(false, true, true),
  FLIPPED(false, false, true),
  TRANSPOSED(true, false, false),
  LEANING_LEFT(true, true, false),
  TRANSVERSED(true, true, true),
  LEANING_RIGHT(true, false, true);

  static final int TAG = 0x0112;

  private static final String PREFIX = "Exif\0\0";
  private static final int TYPE_SHORT = 3;

  // Rows become columns; then the result is mirrored left to right, top to bottom.
  private final boolean swapsAxes;
  private final boolean mirrorsColumns;
  private final boolean mirrorsRows;

  Orientation(boolean swapsAxes, boolean mirrorsColumns, boolean mirrorsRows) {
    this.swapsAxes = swapsAxes;
    this.mirrorsColumns = mirrorsColumns;
    this.mirrorsRows = mirrorsRows;
  }

  /** By EXIF number; numbers that mean nothing leave the picture as it is. */
  static Orientation ofNumber(long number) {
    return number >= 1 && number <= values().length ? values()[(int) number - 1] : UPRIGHT;
  }

  /**
   * Of a block of EXIF data (a TIFF file without a picture). A block that cannot be read says
   * nothing: the picture stays as it is, as with the reference processor.
   */
  static Orientation ofExif(Bytes exif) {
    try {
      return ofNumber(tag(exif.has(0, PREFIX) ? exif.sliceFrom(PREFIX.length()) : exif));
    } catch (ImageRejectedException e) {
      return UPRIGHT;
    }
  }

  private static long tag(Bytes exif) throws ImageRejectedException {
    if (!exif.has(0, "II*\0") && !exif.has(0, "MM\0*")) {
      return 1;
    }
    ByteOrder order = exif.has(0, "II") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    long directory = exif.u32(4, order);
    int entries = exif.u16(directory, order);
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + 12L * i;
      if (exif.u16(entry, order) == TAG && exif.u16(entry + 2, order) == TYPE_SHORT) {
        return exif.u16(entry + 8, order);
      }
    }
    return 1;
  }

  /** Of the stored picture when it stands upright. */
  Size upright(Size stored) {
    return swapsAxes ? new Size(stored.height(), stored.width()) : stored;
  }

  DecodedImage upright(DecodedImage image) {
    if (this == UPRIGHT) {
      return image;
    }
    int width = swapsAxes ? image.height() : image.width();
    int height = swapsAxes ? image.width() : image.height();
    byte[] rgb = new byte[image.rgb().length];
    for (int y = 0, target = 0; y < height; y++) {
      int row = mirrorsRows ? height - 1 - y : y;
      for (int x = 0; x < width; x++, target += 3) {
        int column = mirrorsColumns ? width - 1 - x : x;
        int source = swapsAxes ? column * image.width() + row : row * image.width() + column;
        System.arraycopy(image.rgb(), 3 * source, rgb, target, 3);
      }
    }
    return new DecodedImage(width, height, rgb);
  }
}
