package io.vignette.images.codec;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;

/** Windows bitmaps: 1 to 32 bits, run-length coded or not. */
final class Bmp implements PictureFormat {
  private static final int FILE_HEADER = 14;
  private static final int CORE_HEADER = 12;
  private static final int RUN_LENGTH_4 = 2;
  private static final int BIT_FIELDS = 3;

  private final StandardReader reader = StandardReader.ofPlatform("bmp");

  @Override
  public Picture open(Bytes file) throws ImageRejectedException {
    boolean core = file.u32(FILE_HEADER, LITTLE_ENDIAN) == CORE_HEADER;
    Size size = core ? coreSize(file) : size(file);
    int bits = file.u16(core ? 24 : 28, LITTLE_ENDIAN);
    long compression = core ? 0 : file.u32(30, LITTLE_ENDIAN);
    requireKnown(compression);
    if (compression == 0 || compression == BIT_FIELDS) {
      requireComplete(file, size, bits);
    }
    int bytes = Math.ceilDiv(bits, 8);
    return new Picture(
        size, bytes, Orientation.UPRIGHT, () -> RawSamples.rgb(reader.image(file, size)));
  }

  private static Size coreSize(Bytes file) throws ImageRejectedException {
    return new Size(file.u16(18, LITTLE_ENDIAN), file.u16(20, LITTLE_ENDIAN));
  }

  /** A negative height means rows from the top. */
  private static Size size(Bytes file) throws ImageRejectedException {
    int height = (int) file.u32(22, LITTLE_ENDIAN);
    return new Size(file.u32(18, LITTLE_ENDIAN), Math.abs((long) height));
  }

  private static void requireKnown(long compression) throws ImageRejectedException {
    boolean known = compression <= RUN_LENGTH_4 || compression == BIT_FIELDS;
    if (!known) {
      throw new ImageRejectedException(
          Reason.IMAGE_UNSUPPORTED_TYPE,
          "BMP compression: %d (expected: none, run lengths or bit fields)".formatted(compression));
    }
  }

  private static void requireComplete(Bytes file, Size size, int bits)
      throws ImageRejectedException {
    long start = file.u32(10, LITTLE_ENDIAN);
    long row = (size.width() * bits + 31) / 32 * 4;
    if (row != 0 && size.height() > (file.size() - start) / row) {
      throw ImageRejectedException.corrupt(
          "BMP data: %d bytes for %s pixels (expected: %d bytes a row)"
              .formatted(Math.max(0, file.size() - start), size, row));
    }
  }
}
