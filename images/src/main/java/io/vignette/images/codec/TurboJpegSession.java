package io.vignette.images.codec;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.vignette.images.DecodedImage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Decodes pictures one after the other in the same memory. Not thread-safe; lives as long as the
 * process.
 *
 * <p>Every picture has a handle of its own: a used one lends the tables of the last picture to one
 * that has none, and before version 3 stays for good in the middle of a header that it refused.
 */
final class TurboJpegSession {
  private static final int KEPT_JPEG_BYTES = 1 << 20;
  private static final int KEPT_RGB_BYTES = 8 << 20;

  private final TurboJpegLibrary library;
  private final MemorySegment header = Arena.ofAuto().allocate(4 * JAVA_INT.byteSize(), 8);
  private final TurboJpegMemory input;
  private final TurboJpegMemory output;

  TurboJpegSession(TurboJpegLibrary library) {
    this.library = library;
    this.input = new TurboJpegMemory(library, KEPT_JPEG_BYTES);
    this.output = new TurboJpegMemory(library, KEPT_RGB_BYTES);
  }

  /** The pixels, the sides of the size divided, or nothing at the least doubt. */
  Optional<DecodedImage> decode(Bytes file, Size size, int divisor) {
    Size reduced = size.dividedBy(divisor);
    if (!library.divisors().contains(divisor) || 3 * size.pixels() > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    int rgbBytes = (int) (3 * reduced.pixels());
    MemorySegment jpeg = input.take(file.size());
    MemorySegment rgb = output.take(rgbBytes);
    MemorySegment handle = library.open();
    try {
      if (handle.equals(MemorySegment.NULL) || jpeg.byteSize() == 0 || rgb.byteSize() == 0) {
        return Optional.empty();
      }
      MemorySegment.copy(file.array(), file.offset(), jpeg, JAVA_BYTE, 0, file.size());
      if (!library.readHeader(handle, jpeg, file.size(), header)
          || !isAsExpected(size)
          || !library.decompress(handle, jpeg, file.size(), rgb, reduced)) {
        return Optional.empty();
      }
      byte[] pixels = new byte[rgbBytes];
      MemorySegment.copy(rgb, JAVA_BYTE, 0, pixels, 0, rgbBytes);
      return Optional.of(new DecodedImage((int) reduced.width(), (int) reduced.height(), pixels));
    } finally {
      library.close(handle);
      input.giveBack();
      output.giveBack();
    }
  }

  /** Colour planes of other shapes are enlarged differently by different versions of libjpeg. */
  private boolean isAsExpected(Size size) {
    int sampling = header.getAtIndex(JAVA_INT, 2);
    return header.getAtIndex(JAVA_INT, 0) == size.width()
        && header.getAtIndex(JAVA_INT, 1) == size.height()
        && (sampling == TurboJpegLibrary.SAMPLING_444
            || sampling == TurboJpegLibrary.SAMPLING_422
            || sampling == TurboJpegLibrary.SAMPLING_420
            || sampling == TurboJpegLibrary.SAMPLING_GREY);
  }
}
