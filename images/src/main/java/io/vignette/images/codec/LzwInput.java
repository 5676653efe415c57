package io.vignette.images.codec;

import java.io.IOException;
import java.io.InputStream;

/**
 * Unpacks LZW as TIFF has it: codes of 9 to 12 bits, the high bit first, widened one code early.
 */
final class LzwInput extends InputStream {
  private static final int CLEAR = 256;
  private static final int END = 257;
  private static final int FIRST = 258;
  private static final int CODES = 1 << 12;
  private static final int NONE = -1;

  private final byte[] packed;
  private final int end;
  private int at;
  private final int[] prefixes = new int[CODES];
  private final byte[] lastBytes = new byte[CODES];

  /** The string of a code, written from the end. */
  private final byte[] string = new byte[CODES];

  private int stringAt = CODES;
  private int next = FIRST;
  private int previous = NONE;
  private int width = 9;
  private int bits;
  private int bitCount;
  private boolean isEnded;

  LzwInput(Bytes packed) {
    this.packed = packed.array();
    this.at = packed.offset();
    this.end = packed.offset() + packed.size();
  }

  @Override
  public int read() throws IOException {
    return hasString() ? string[stringAt++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int done = 0;
    while (done < length && hasString()) {
      int count = Math.min(length - done, CODES - stringAt);
      System.arraycopy(string, stringAt, target, offset + done, count);
      stringAt += count;
      done += count;
    }
    return done == 0 && length > 0 ? -1 : done;
  }

  private boolean hasString() throws IOException {
    while (stringAt == CODES && !isEnded) {
      int code = code();
      if (code == END) {
        isEnded = true;
      } else if (code == CLEAR) {
        next = FIRST;
        previous = NONE;
        width = 9;
      } else {
        take(code);
      }
    }
    return stringAt < CODES;
  }

  /** The end of the data counts as the end code, which some files lack. */
  private int code() {
    while (bitCount < width) {
      if (at == end) {
        return END;
      }
      bits = bits << 8 | packed[at++] & 0xFF;
      bitCount += 8;
    }
    bitCount -= width;
    return bits >>> bitCount & (1 << width) - 1;
  }

  private void take(int code) throws IOException {
    if (code > next || code == next && previous == NONE) {
      throw new IOException("LZW code " + code + " where " + next + " is the next new one");
    }
    // A new string is the one before and this one's first byte; this one may be the new string.
    int first = code < next ? firstByte(code) : firstByte(previous);
    if (previous != NONE && next < CODES) {
      prefixes[next] = previous;
      lastBytes[next++] = (byte) first;
      width = Math.min(12, Integer.SIZE - Integer.numberOfLeadingZeros(next + 1));
    }
    int part = code;
    while (part >= FIRST) {
      string[--stringAt] = lastBytes[part];
      part = prefixes[part];
    }
    string[--stringAt] = (byte) part;
    previous = code;
  }

  private int firstByte(int code) {
    int part = code;
    while (part >= FIRST) {
      part = prefixes[part];
    }
    return part;
  }
}
