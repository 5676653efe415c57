package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.InflaterInputStream;

/**
 * The parts of a TIFF picture: packed as in the file, and unpacked one by one.
 *
 * <p>Fax codings are left to the decoder, which gets these parts as they are.
 */
final class TiffParts {
  private final Coding coding;
  private final TiffGrid grid;
  private final TiffJpeg jpeg;
  private final List<Bytes> packed = new ArrayList<>();

  /**
   * How the samples are packed.
   *
   * @param samples of a pixel in one part
   * @param bits of a sample
   */
  record Coding(
      TiffCompression compression,
      int samples,
      long bits,
      boolean isYcc,
      boolean isPredicted,
      ByteOrder order) {}

  /**
   * No parts yet.
   *
   * @param jpeg for parts that are JPEG files
   */
  TiffParts(Coding coding, TiffGrid grid, TiffJpeg jpeg) {
    this.coding = coding;
    this.grid = grid;
    this.jpeg = jpeg;
  }

  /** Adds the next part. */
  void add(Bytes part) throws ImageRejectedException {
    Size used = grid.used(packed.size());
    switch (coding.compression()) {
      case JPEG -> jpeg.requireFit(part, grid.part(), used);
      case LZW -> requireNewLzw(part);
      case FAX_T4 -> requireLines(part, used.height());
      default -> {}
    }
    packed.add(part);
  }

  TiffGrid grid() {
    return grid;
  }

  int count() {
    return packed.size();
  }

  /** At most so many bytes are read of an unpacked part. */
  long span(int index) {
    if (coding.compression().isFax()) {
      return packed.get(index).size();
    }
    Size part = grid.part();
    // Where colours are subsampled, the decoder reads blocks of up to 4x4 pixels.
    long columns = coding.isYcc() ? part.width() + 3 : part.width();
    long rows = coding.isYcc() ? part.height() + 3 : part.height();
    long bits = TiffGrid.product(columns, coding.samples() * coding.bits());
    return TiffGrid.product(Math.ceilDiv(bits, 8), rows);
  }

  /** A part's samples, which may end early. */
  InputStream unpack(int index) throws ImageRejectedException {
    Bytes part = packed.get(index);
    return switch (coding.compression()) {
      case NONE, FAX_RLE, FAX_T4, FAX_T6 -> stream(part);
      case LZW -> unpredicted(new LzwInput(part));
      case JPEG -> new ByteArrayInputStream(jpeg.samples(part, coding, grid.part()));
      case DEFLATE, DEFLATE_OF_1995 -> unpredicted(new InflaterInputStream(stream(part)));
      case PACK_BITS -> new PackBitsInput(stream(part));
    };
  }

  private InputStream unpredicted(InputStream samples) {
    int width = (int) grid.part().width();
    return coding.isPredicted()
        ? new PredictorInput(samples, width, coding.samples(), coding.bits() == 16, coding.order())
        : samples;
  }

  private static InputStream stream(Bytes bytes) {
    return new ByteArrayInputStream(bytes.array(), bytes.offset(), bytes.size());
  }

  /** LZW of the time before TIFF 5.0 has the low bit first: its clear code begins differently. */
  private static void requireNewLzw(Bytes part) throws ImageRejectedException {
    if (part.size() >= 2 && part.u8(0) == 0 && (part.u8(1) & 1) == 1) {
      throw new ImageRejectedException(
          Reason.IMAGE_UNSUPPORTED_TYPE,
          "TIFF compression: 5, LZW with the low bit first (expected: the high bit first)");
    }
  }

  /** A line begins with eleven zeros and a one: the decoder would leave others white. */
  private static void requireLines(Bytes part, long expected) throws ImageRejectedException {
    long lines = 0;
    int zeros = 0;
    for (int i = 0; i < part.size(); i++) {
      int bits = part.array()[part.offset() + i];
      for (int bit = 7; bit >= 0; bit--) {
        boolean isOne = (bits >> bit & 1) == 1;
        lines += isOne && zeros >= 11 ? 1 : 0;
        zeros = isOne ? 0 : zeros + 1;
      }
    }
    if (lines < expected) {
      throw ImageRejectedException.corrupt(
          "TIFF part: %d lines (expected: %d)".formatted(lines, expected));
    }
  }
}
