package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.util.SortedMap;
import java.util.TreeMap;

/** The directory of a TIFF file that is being made: its fields, each in one form. */
final class TiffFields {
  static final int SHORT = 3;
  static final int LONG = 4;
  static final int RATIONAL = 5;

  private static final int HEADER = 8;
  private static final int ENTRY = 12;

  private final SortedMap<Integer, Field> fields = new TreeMap<>();
  private final ByteOrder order;

  private record Field(int type, int count, byte[] values) {
    /** Of values that don't fit into the entry, which begin at even places. */
    int outside() {
      return values.length > 4 ? values.length + (values.length & 1) : 0;
    }
  }

  TiffFields(ByteOrder order) {
    this.order = order;
  }

  /** Adds whole numbers, in place of others of the tag. */
  void put(int tag, int type, long... values) throws ImageRejectedException {
    FileBytes bytes = new FileBytes(order);
    for (long value : values) {
      if (type == LONG) {
        bytes.u32(value);
      } else if (value < 1 << 16) {
        bytes.u16((int) value);
      } else {
        throw ImageRejectedException.corrupt(
            "TIFF field: %d is %d (expected: below 65536)".formatted(tag, value));
      }
    }
    fields.put(tag, new Field(type, values.length, bytes.done()));
  }

  /** Adds fractions as another file of the same order has them. */
  void putRationals(int tag, Bytes values) {
    byte[] copy = new FileBytes(order).bytes(values).done();
    fields.put(tag, new Field(RATIONAL, values.size() / 8, copy));
  }

  /** Where the directory ends in the file. */
  long end() {
    long end = valuesStart();
    for (Field field : fields.values()) {
      end += field.outside();
    }
    return end;
  }

  /** The file as far as {@link #end}. */
  Bytes done() {
    FileBytes file = new FileBytes(order);
    file.ascii(order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM").u16(42).u32(HEADER);
    file.u16(fields.size());
    long at = valuesStart();
    for (var each : fields.entrySet()) {
      Field field = each.getValue();
      file.u16(each.getKey()).u16(field.type()).u32(field.count());
      if (field.outside() > 0) {
        file.u32(at);
        at += field.outside();
      } else {
        file.padded(field.values(), 4);
      }
    }
    file.u32(0);
    for (Field field : fields.values()) {
      file.padded(field.outside() > 0 ? field.values() : new byte[0], field.outside());
    }
    return new Bytes(file.done());
  }

  private long valuesStart() {
    return HEADER + 2 + (long) ENTRY * fields.size() + 4;
  }

  /** Bytes of a file, with numbers in its order. */
  private static final class FileBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final boolean isLittle;

    FileBytes(ByteOrder order) {
      this.isLittle = order == ByteOrder.LITTLE_ENDIAN;
    }

    FileBytes u16(int value) {
      out.write(isLittle ? value : value >> 8);
      out.write(isLittle ? value >> 8 : value);
      return this;
    }

    FileBytes u32(long value) {
      int high = (int) (value >> 16);
      return isLittle ? u16((int) value).u16(high) : u16(high).u16((int) value);
    }

    FileBytes ascii(String text) {
      text.chars().forEach(out::write);
      return this;
    }

    FileBytes bytes(Bytes bytes) {
      out.write(bytes.array(), bytes.offset(), bytes.size());
      return this;
    }

    FileBytes padded(byte[] bytes, int length) {
      out.writeBytes(bytes);
      out.writeBytes(new byte[length - bytes.length]);
      return this;
    }

    byte[] done() {
      return out.toByteArray();
    }
  }
}
