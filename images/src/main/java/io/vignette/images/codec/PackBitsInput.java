package io.vignette.images.codec;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Unpacks PackBits: runs of one byte, and runs of different ones. */
final class PackBitsInput extends InputStream {
  private static final int NOTHING = -128;

  private final InputStream packed;
  private int left;
  private boolean isRepeated;
  private int repeated;

  PackBitsInput(InputStream packed) {
    this.packed = packed;
  }

  @Override
  public int read() throws IOException {
    if (!hasRun()) {
      return -1;
    }
    left--;
    return isRepeated ? repeated : packed.read();
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int done = 0;
    while (done < length && hasRun()) {
      int count = Math.min(length - done, left);
      if (isRepeated) {
        Arrays.fill(target, offset + done, offset + done + count, (byte) repeated);
      } else {
        count = packed.read(target, offset + done, count);
        if (count < 0) {
          break;
        }
      }
      left -= count;
      done += count;
    }
    return done == 0 && length > 0 ? -1 : done;
  }

  private boolean hasRun() throws IOException {
    while (left == 0) {
      int head = packed.read();
      if (head < 0) {
        return false;
      }
      int kind = (byte) head;
      if (kind != NOTHING) {
        isRepeated = kind < 0;
        left = 1 + Math.abs(kind);
        repeated = isRepeated ? packed.read() : 0;
        if (repeated < 0) {
          left = 0;
          return false;
        }
      }
    }
    return true;
  }
}
