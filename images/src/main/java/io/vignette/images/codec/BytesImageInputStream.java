package io.vignette.images.codec;

import javax.imageio.stream.ImageInputStreamImpl;

/** A file in memory as Image I/O wants to read it: without copies or temporary files. */
final class BytesImageInputStream extends ImageInputStreamImpl {
  private final Bytes file;
  private final long length;

  BytesImageInputStream(Bytes file) {
    this(file, file.size());
  }

  /**
   * @param length told to a reader that takes small files of large pictures for a fraud; what can
   *     be read is the file
   */
  BytesImageInputStream(Bytes file, long length) {
    this.file = file;
    this.length = length;
  }

  @Override
  public int read() {
    bitOffset = 0;
    return streamPos < file.size() ? file.array()[file.offset() + (int) streamPos++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    bitOffset = 0;
    long left = file.size() - streamPos;
    if (left <= 0) {
      return -1;
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
