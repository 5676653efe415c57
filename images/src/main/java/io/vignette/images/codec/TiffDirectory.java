package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The first directory of a TIFF file: its fields, by tag. */
final class TiffDirectory {
  private static final int COLOUR_MAP = 320;
  private static final int ENTRY = 12;
  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int SIGNED_SHORT = 8;
  private static final int SIGNED_LONG = 9;

  private final Bytes file;
  private final ByteOrder order;

  /**
   * Where each field's entry is, by tag: there may be 65,535, and a list is read value by value.
   */
  private final Map<Integer, Long> entries = new HashMap<>();

  /** Fields that stand there more than once: descriptions do in good files. */
  private final Set<Integer> doubled = new HashSet<>();

  private TiffDirectory(Bytes file, ByteOrder order, long start) throws ImageRejectedException {
    this.file = file;
    this.order = order;
    int count = file.u16(start, order);
    for (int i = 0; i < count; i++) {
      long entry = start + 2 + (long) ENTRY * i;
      int tag = file.u16(entry, order);
      if (entries.putIfAbsent(tag, entry) != null) {
        doubled.add(tag);
      }
    }
  }

  static TiffDirectory first(Bytes file) throws ImageRejectedException {
    ByteOrder order = file.has(0, "II") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    return new TiffDirectory(file, order, file.u32(4, order));
  }

  Bytes file() {
    return file;
  }

  ByteOrder order() {
    return order;
  }

  Orientation orientation() throws ImageRejectedException {
    return Orientation.ofNumber(value(Orientation.TAG, 1));
  }

  boolean has(int tag) throws ImageRejectedException {
    return entry(tag) >= 0;
  }

  /** How many values the field has; 0 where there is none. */
  long count(int tag) throws ImageRejectedException {
    long entry = entry(tag);
    return entry < 0 ? 0 : file.u32(entry + 4, order);
  }

  /** A field's first value. */
  long value(int tag, long otherwise) throws ImageRejectedException {
    return has(tag) ? value(tag, 0L, otherwise) : otherwise;
  }

  /** One of a field's values, from 0, which must be a whole number. */
  long value(int tag, long index, long otherwise) throws ImageRejectedException {
    long entry = entry(tag);
    if (entry < 0) {
      return otherwise;
    }
    int type = file.u16(entry + 2, order);
    long size = sizeOf(type);
    long count = file.u32(entry + 4, order);
    if (index >= count) {
      throw ImageRejectedException.corrupt(
          "TIFF field: %d with %d values (expected: more than %d)".formatted(tag, count, index));
    }
    long at = (size * count > 4 ? file.u32(entry + 8, order) : entry + 8) + size * index;
    return switch (type) {
      case BYTE -> file.u8(at);
      case SHORT, SIGNED_SHORT -> file.u16(at, order);
      case LONG, SIGNED_LONG -> file.u32(at, order);
      default ->
          throw ImageRejectedException.corrupt(
              "TIFF field: %d of type %d (expected: a whole number)".formatted(tag, type));
    };
  }

  /** A field's values as they are in the file; empty where there is none of the type. */
  Optional<Bytes> raw(int tag, int type) throws ImageRejectedException {
    long entry = entry(tag);
    if (entry < 0 || file.u16(entry + 2, order) != type) {
      return Optional.empty();
    }
    long bytes = sizeOf(type) * file.u32(entry + 4, order);
    return Optional.of(file.slice(bytes > 4 ? file.u32(entry + 8, order) : entry + 8, bytes));
  }

  /** The colour map; its entries have 16 bits, of which the high byte counts. */
  Palette palette() throws ImageRejectedException {
    long colours = count(COLOUR_MAP) / 3;
    FileParts table = new FileParts(Palette.BYTES);
    for (long i = 0; i < colours; i++) {
      for (int band = 0; band < 3; band++) {
        table.add((int) value(COLOUR_MAP, band * colours + i, 0) >> 8);
      }
    }
    return Palette.of(table.done());
  }

  private long entry(int tag) throws ImageRejectedException {
    // One reader takes the first of two fields, another one the last.
    if (doubled.contains(tag)) {
      throw ImageRejectedException.corrupt("TIFF field: %d twice (expected: once)".formatted(tag));
    }
    return entries.getOrDefault(tag, -1L);
  }

  private static long sizeOf(int type) {
    return switch (type) {
      case SHORT, SIGNED_SHORT -> 2;
      case LONG, SIGNED_LONG, 11, 13 -> 4;
      case 5, 10, 12 -> 8;
      default -> 1;
    };
  }
}
