package io.vignette.images.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.vignette.images.ImageRejectedException;
import java.nio.ByteOrder;

/** A part of a file, read at positions counted from the part's start; never outside of it. */
final class Bytes {
  private final byte[] array;
  private final int offset;
  private final int size;

  Bytes(byte[] array) {
    this(array, 0, array.length);
  }

  private Bytes(byte[] array, int offset, int size) {
    this.array = array;
    this.offset = offset;
    this.size = size;
  }

  int size() {
    return size;
  }

  /** The array behind the part and the part's place in it, for bulk copies. */
  byte[] array() {
    return array;
  }

  int offset() {
    return offset;
  }

  Bytes slice(long from, long count) throws ImageRejectedException {
    require(from, count);
    return new Bytes(array, offset + (int) from, (int) count);
  }

  Bytes sliceFrom(long from) throws ImageRejectedException {
    return slice(from, size - from);
  }

  int u8(long at) throws ImageRejectedException {
    require(at, 1);
    return array[offset + (int) at] & 0xFF;
  }

  int u16(long at, ByteOrder order) throws ImageRejectedException {
    require(at, 2);
    int first = u8(at);
    int second = u8(at + 1);
    return order == ByteOrder.BIG_ENDIAN ? first << 8 | second : second << 8 | first;
  }

  long u32(long at, ByteOrder order) throws ImageRejectedException {
    require(at, 4);
    long first = u16(at, order);
    long second = u16(at + 2, order);
    return order == ByteOrder.BIG_ENDIAN ? first << 16 | second : second << 16 | first;
  }

  boolean has(long at, String magic) {
    if (at < 0 || at + magic.length() > size) {
      return false;
    }
    return new String(array, offset + (int) at, magic.length(), ISO_8859_1).equals(magic);
  }

  private void require(long from, long count) throws ImageRejectedException {
    if (from < 0 || count < 0 || from > size - count) {
      throw ImageRejectedException.corrupt(
          "image file: ends after %d bytes (expected: %d more at byte %d)"
              .formatted(offset + size, count, offset + from));
    }
  }
}
