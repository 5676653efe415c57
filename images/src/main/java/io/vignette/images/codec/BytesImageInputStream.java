package io.vignette.images.codec;

import javax.imageio.stream.ImageInputStreamImpl;

/** A file in memory as Image I/O wants to read it: without copies or temporary files. */
final class BytesImageInputStream extends ImageInputStreamImpl {
  private final Bytes file;

  BytesImageInputStream(Bytes file) {
    this.file = file;
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
    return file.size();
  }
}
