package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;
import java.nio.ByteOrder;

/** The first directory of a TIFF file: its fields, by tag. */
final class TiffDirectory {
  static final int BITS_PER_SAMPLE = 258;
  static final int PHOTOMETRIC = 262;
  static final int SAMPLES_PER_PIXEL = 277;

  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int STRIP_BYTE_COUNTS = 279;
  private static final int COLOUR_MAP = 320;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_BYTE_COUNTS = 325;
  // A tile may be larger than the picture, but not by much.
  private static final int TILE_SIDE_SLACK = 1024;
  private static final int ENTRY = 12;
  private static final int SHORT = 3;

  private final Bytes file;
  private final ByteOrder order;
  private final long start;
  private final int entries;

  private TiffDirectory(Bytes file, ByteOrder order, long start) throws ImageRejectedException {
    this.file = file;
    this.order = order;
    this.start = start + 2;
    this.entries = file.u16(start, order);
  }

  static TiffDirectory first(Bytes file) throws ImageRejectedException {
    ByteOrder order = file.has(0, "II") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    return new TiffDirectory(file, order, file.u32(4, order));
  }

  Size size() throws ImageRejectedException {
    return new Size(value(WIDTH, 0), value(HEIGHT, 0));
  }

  Orientation orientation() throws ImageRejectedException {
    return Orientation.ofNumber(value(Orientation.TAG, 1));
  }

  /** A field's first value. */
  long value(int tag, long otherwise) throws ImageRejectedException {
    long entry = entry(tag);
    return entry < 0 ? otherwise : element(entry, 0);
  }

  /** The largest of a field's values. */
  long largest(int tag, long otherwise) throws ImageRejectedException {
    long entry = entry(tag);
    long largest = entry < 0 ? otherwise : 0;
    for (long i = 0; entry >= 0 && i < count(entry); i++) {
      largest = Math.max(largest, element(entry, i));
    }
    return largest;
  }

  /** The colour map; its entries have 16 bits, of which the high byte counts. */
  Palette palette() throws ImageRejectedException {
    long map = entry(COLOUR_MAP);
    long colours = map < 0 ? 0 : count(map) / 3;
    FileParts table = new FileParts(Palette.BYTES);
    for (long i = 0; i < colours; i++) {
      for (int band = 0; band < 3; band++) {
        table.add((int) element(map, band * colours + i) >> 8);
      }
    }
    return Palette.of(table.done());
  }

  /** Refuses fields and pixel data that claim more memory than the file could fill. */
  void requireWithinFile() throws ImageRejectedException {
    for (int i = 0; i < entries; i++) {
      long entry = start + (long) ENTRY * i;
      long bytes = typeSize(entry) * count(entry);
      if (bytes > 4) {
        file.slice(file.u32(entry + 8, order), bytes);
      }
    }
    requireWithinFile(STRIP_BYTE_COUNTS);
    requireWithinFile(TILE_BYTE_COUNTS);
    requireTile(value(TILE_WIDTH, 1), size().width());
    requireTile(value(TILE_HEIGHT, 1), size().height());
  }

  private void requireWithinFile(int tag) throws ImageRejectedException {
    long entry = entry(tag);
    for (long i = 0; entry >= 0 && i < count(entry); i++) {
      file.slice(0, element(entry, i));
    }
  }

  private static void requireTile(long side, long pictureSide) throws ImageRejectedException {
    if (side > pictureSide + TILE_SIDE_SLACK) {
      throw ImageRejectedException.corrupt(
          "TIFF tile: %d pixels a side (expected: at most %d)"
              .formatted(side, pictureSide + TILE_SIDE_SLACK));
    }
  }

  private long entry(int tag) throws ImageRejectedException {
    for (int i = 0; i < entries; i++) {
      long entry = start + (long) ENTRY * i;
      if (file.u16(entry, order) == tag) {
        return entry;
      }
    }
    return -1;
  }

  private long count(long entry) throws ImageRejectedException {
    return file.u32(entry + 4, order);
  }

  private long element(long entry, long index) throws ImageRejectedException {
    long size = typeSize(entry);
    long values = size * count(entry) > 4 ? file.u32(entry + 8, order) : entry + 8;
    long at = values + size * index;
    return file.u16(entry + 2, order) == SHORT ? file.u16(at, order) : file.u32(at, order);
  }

  private long typeSize(long entry) throws ImageRejectedException {
    return switch (file.u16(entry + 2, order)) {
      case SHORT, 8 -> 2;
      case 4, 9, 11, 13 -> 4;
      case 5, 10, 12 -> 8;
      default -> 1;
    };
  }
}
