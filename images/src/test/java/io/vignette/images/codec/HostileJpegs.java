package io.vignette.images.codec;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Small JPEG files that ask for much. */
final class HostileJpegs {
  private static final int BASELINE = 0xC0;
  private static final int PROGRESSIVE = 0xC2;

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  private HostileJpegs() {
    bytes(0xFF, 0xD8);
  }

  /** A frame header and a scan of one size, then a frame header of another one. */
  static byte[] twoFrames(int side, int lastSide) {
    HostileJpegs jpeg = new HostileJpegs().tables().frame(BASELINE, side, side);
    jpeg.scan(0, 63).bytes(new int[64]);
    return jpeg.frame(BASELINE, lastSide, lastSide).end();
  }

  /** Grey, all of it one colour if a decoder gets that far. */
  static byte[] baseline(int width, int height) {
    int blocks = Math.ceilDiv(width, 8) * Math.ceilDiv(height, 8);
    HostileJpegs jpeg = new HostileJpegs().tables().frame(BASELINE, width, height);
    // Two codes of one bit a block: no difference, end of block.
    return jpeg.scan(0, 63).bytes(new int[Math.ceilDiv(2 * blocks, 8)]).end();
  }

  /** Progressive, with scans that say nothing. */
  static byte[] scans(int width, int height, int scans) {
    HostileJpegs jpeg = new HostileJpegs().tables().frame(PROGRESSIVE, width, height);
    jpeg.scan(0, 0).bytes(new int[8]);
    for (int scan = 1; scan < scans; scan++) {
      int band = 1 + scan % 63;
      jpeg.scan(band, band).bytes(new int[8]);
    }
    return jpeg.end();
  }

  /** As a TIFF file's JPEG tables are, with a frame header where {@code side} is not 0. */
  static byte[] tables(int side) {
    HostileJpegs jpeg = new HostileJpegs().tables();
    return (side == 0 ? jpeg : jpeg.frame(BASELINE, side, side)).end();
  }

  private HostileJpegs tables() {
    int[] quantisers = new int[65];
    Arrays.fill(quantisers, 1, 65, 1);
    segment(0xDB, quantisers);
    for (int table : new int[] {0x00, 0x10}) {
      int[] oneCode = new int[18];
      oneCode[0] = table;
      oneCode[1] = 1;
      segment(0xC4, oneCode);
    }
    return this;
  }

  private HostileJpegs frame(int marker, int width, int height) {
    return segment(marker, 8, height >> 8, height & 0xFF, width >> 8, width & 0xFF, 1, 1, 0x11, 0);
  }

  private HostileJpegs scan(int first, int last) {
    return segment(0xDA, 1, 1, 0, first, last, 0);
  }

  private HostileJpegs segment(int marker, int... content) {
    int length = content.length + 2;
    return bytes(0xFF, marker, length >> 8, length & 0xFF).bytes(content);
  }

  private HostileJpegs bytes(int... values) {
    for (int value : values) {
      file.write(value);
    }
    return this;
  }

  private byte[] end() {
    bytes(0xFF, 0xD9);
    return file.toByteArray();
  }
}
