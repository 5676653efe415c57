package io.vignette.images.codec;

import java.io.ByteArrayOutputStream;

/** Puts a file together from parts of another one. */
final class FileParts {
  private final ByteArrayOutputStream out;

  FileParts(int expectedSize) {
    out = new ByteArrayOutputStream(expectedSize);
  }

  FileParts add(Bytes part) {
    out.write(part.array(), part.offset(), part.size());
    return this;
  }

  FileParts add(int... values) {
    for (int value : values) {
      out.write(value);
    }
    return this;
  }

  FileParts ascii(String text) {
    text.chars().forEach(out::write);
    return this;
  }

  FileParts littleEndian32(long value) {
    return add((int) value, (int) (value >> 8), (int) (value >> 16), (int) (value >> 24));
  }

  Bytes done() {
    return new Bytes(out.toByteArray());
  }
}
