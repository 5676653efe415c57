package io.vignette.images.codec;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/** A file in memory as Image I/O wants to read it: without copies or temporary files. */
final class BytesImageInputStream extends ImageInputStreamImpl {
  private final Bytes file;
  private final long length;
  private final boolean hasHardEnd;

  BytesImageInputStream(Bytes file) {
    this(file, file.size());
  }

  /**
   * @param length told to a reader that takes small files of large pictures for a fraud; what can
   *     be read is the file
   */
  BytesImageInputStream(Bytes file, long length) {
    this(file, length, false);
  }

  private BytesImageInputStream(Bytes file, long length, boolean hasHardEnd) {
    this.file = file;
    this.length = length;
    this.hasHardEnd = hasHardEnd;
  }

  /** For a reader that goes on at the end of a file, with bits that it has read before. */
  static BytesImageInputStream withHardEnd(Bytes file, long length) {
    return new BytesImageInputStream(file, length, true);
  }

  @Override
  public int read() throws IOException {
    bitOffset = 0;
    return streamPos < file.size() ? file.array()[file.offset() + (int) streamPos++] & 0xFF : end();
  }

  private int end() throws IOException {
    if (hasHardEnd) {
      throw new IOException("the file ends before its pixels");
    }
    return -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    bitOffset = 0;
    long left = file.size() - streamPos;
    if (left <= 0) {
      return end();
    }
    int count = (int) Math.min(left, length);
    System.arraycopy(file.array(), file.offset() + (int) streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return length;
  }
}
