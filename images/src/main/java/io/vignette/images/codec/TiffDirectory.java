package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The first directory of a TIFF file: its fields, by tag. */
final class TiffDirectory {
  static final int BITS_PER_SAMPLE = 258;
  static final int PHOTOMETRIC = 262;
  static final int SAMPLES_PER_PIXEL = 277;

  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  static final int COMPRESSION = 259;

  private static final int STRIP_OFFSETS = 273;
  private static final int ROWS_PER_STRIP = 278;
  private static final int STRIP_BYTE_COUNTS = 279;
  private static final int COLOUR_MAP = 320;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTE_COUNTS = 325;
  private static final int JPEG_TABLES = 347;
  // A tile may be larger than the picture, but not by much.
  private static final int TILE_SIDE_SLACK = 1024;
  private static final int ENTRY = 12;
  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int SIGNED_SHORT = 8;
  private static final int SIGNED_LONG = 9;

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

  /** Compressed strips or tiles, as parts of the file. */
  List<Bytes> parts() throws ImageRejectedException {
    boolean isTiled = entry(TILE_OFFSETS) >= 0;
    long offsets = entry(isTiled ? TILE_OFFSETS : STRIP_OFFSETS);
    long counts = entry(isTiled ? TILE_BYTE_COUNTS : STRIP_BYTE_COUNTS);
    List<Bytes> parts = new ArrayList<>();
    for (long i = 0; offsets >= 0 && i < count(offsets); i++) {
      long from = element(offsets, i);
      boolean isCounted = counts >= 0 && i < count(counts);
      parts.add(
          isCounted ? file.slice(from, element(counts, i)) : file.slice(from, file.size() - from));
    }
    return parts;
  }

  /** Width and height of a tile, or of the largest strip. */
  Size partSize() throws ImageRejectedException {
    Size whole = size();
    long rows = Math.min(value(ROWS_PER_STRIP, whole.height()), whole.height());
    return new Size(value(TILE_WIDTH, whole.width()), value(TILE_HEIGHT, rows));
  }

  /** Tables for the JPEG files of strips or tiles. */
  Optional<Bytes> jpegTables() throws ImageRejectedException {
    long entry = entry(JPEG_TABLES);
    return entry < 0
        ? Optional.empty()
        : Optional.of(file.slice(file.u32(entry + 8, order), count(entry)));
  }

  /** Refuses fields and pixel data that claim more memory than the file could fill. */
  void requireWithinFile() throws ImageRejectedException {
    Set<Integer> tags = new HashSet<>();
    for (int i = 0; i < entries; i++) {
      long entry = start + (long) ENTRY * i;
      int tag = file.u16(entry, order);
      // One reader takes the first, another one the last.
      if (!tags.add(tag)) {
        throw ImageRejectedException.corrupt(
            "TIFF field: %d twice (expected: once)".formatted(tag));
      }
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
    int type = file.u16(entry + 2, order);
    return switch (type) {
      case BYTE -> file.u8(at);
      case SHORT, SIGNED_SHORT -> file.u16(at, order);
      case LONG, SIGNED_LONG -> file.u32(at, order);
      default ->
          throw ImageRejectedException.corrupt(
              "TIFF field: %d of type %d (expected: a whole number)"
                  .formatted(file.u16(entry, order), type));
    };
  }

  private long typeSize(long entry) throws ImageRejectedException {
    return switch (file.u16(entry + 2, order)) {
      case SHORT, SIGNED_SHORT -> 2;
      case LONG, SIGNED_LONG, 11, 13 -> 4;
      case 5, 10, 12 -> 8;
      default -> 1;
    };
  }
}
