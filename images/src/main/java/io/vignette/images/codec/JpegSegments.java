package io.vignette.images.codec;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Walks a JPEG file from marker to marker, up to the end of its first picture. One use.
 *
 * <p>A file without an end marker counts as truncated: the decoder would fill up what is missing
 * with grey.
 */
final class JpegSegments {
  private static final int END = 0xD9;
  private static final int START = 0xD8;
  private static final int SCAN = 0xDA;
  private static final int COMMENT = 0xFE;
  // Progressive files have about ten; how many a large picture may have depends on the limits.
  private static final int SCANS_MAX = 200;

  private final Bytes file;
  private final FileParts essentials;
  private JpegStructure.@Nullable Frame frame;
  private Orientation orientation = Orientation.UPRIGHT;
  private boolean exifSeen;
  private boolean jfif;
  private int adobeTransform = JpegColours.NO_ADOBE;
  private int scans;

  JpegSegments(Bytes file) {
    this.file = file;
    this.essentials = new FileParts(file.size());
  }

  JpegStructure read() throws ImageRejectedException {
    essentials.add(0xFF, START);
    long at = 2;
    for (int marker = marker(at); marker != END; marker = marker(at)) {
      at = start(at) + 1;
      if (!standsAlone(marker)) {
        at = segment(marker, at);
      }
    }
    essentials.add(0xFF, END);
    if (frame == null || scans == 0) {
      throw ImageRejectedException.corrupt("JPEG file: no picture (expected: one)");
    }
    JpegColours colours = JpegColours.of(frame, jfif, adobeTransform);
    return new JpegStructure(
        frame.size(), frame.components(), scans, colours, orientation, essentials.done());
  }

  /**
   * The file up to its first end marker, which must hold tables for other files alone: a picture in
   * it would have a size that nobody looks at.
   */
  Bytes tablesOnly() throws ImageRejectedException {
    long at = 2;
    for (int marker = marker(at); marker != END; marker = marker(at)) {
      at = start(at) + 1;
      if (isFrame(marker) || marker == SCAN) {
        throw ImageRejectedException.corrupt(
            "JPEG tables: a picture among them (expected: tables alone)");
      }
      if (!standsAlone(marker)) {
        at += file.u16(at, BIG_ENDIAN);
      }
    }
    return file.slice(0, start(at) + 1);
  }

  /** Position of the next marker's code; bytes that belong to nothing are skipped. */
  private long start(long from) throws ImageRejectedException {
    byte[] bytes = file.array();
    int last = file.offset() + file.size() - 1;
    for (int i = file.offset() + (int) Math.min(from, file.size()); i < last; i++) {
      if (bytes[i] == (byte) 0xFF && isMarkerCode(bytes[i + 1] & 0xFF)) {
        return i + 1L - file.offset();
      }
    }
    throw ImageRejectedException.corrupt(
        "JPEG file: ends after %d bytes without its end marker (expected: a complete file)"
            .formatted(file.size()));
  }

  private int marker(long from) throws ImageRejectedException {
    return file.u8(start(from));
  }

  private static boolean isMarkerCode(int code) {
    return code != 0x00 && code != 0xFF;
  }

  private static boolean standsAlone(int marker) {
    return marker == START || marker == 0x01 || isRestart(marker);
  }

  private static boolean isRestart(int marker) {
    return marker >= 0xD0 && marker <= 0xD7;
  }

  /** Takes the segment whose length field is at the position; returns where the next one starts. */
  private long segment(int marker, long at) throws ImageRejectedException {
    int length = file.u16(at, BIG_ENDIAN);
    Bytes content = file.slice(at + 2, length - 2L);
    long next = at + length;
    if (marker >= 0xE0 && marker <= 0xEF) {
      application(marker, content);
    } else if (marker != COMMENT) {
      next = essential(marker, at, next, content);
    }
    return next;
  }

  private long essential(int marker, long at, long end, Bytes content)
      throws ImageRejectedException {
    if (isFrame(marker)) {
      // Decoders take memory by the first, or by the last.
      if (frame != null) {
        throw ImageRejectedException.corrupt("JPEG file: two frame headers (expected: one)");
      }
      requireSupported(marker, content);
      frame = JpegStructure.Frame.of(content);
    }
    long next = marker == SCAN ? endOfScan(end) : end;
    essentials.add(0xFF, marker).add(file.slice(at, next - at));
    return next;
  }

  private void application(int marker, Bytes content) throws ImageRejectedException {
    if (marker == 0xE0 && content.has(0, "JFIF\0")) {
      jfif = true;
    } else if (marker == 0xEE && content.has(0, "Adobe") && content.size() >= 12) {
      adobeTransform = content.u8(11);
    } else if (marker == 0xE1 && content.has(0, "Exif\0\0") && !exifSeen) {
      exifSeen = true;
      orientation = Orientation.ofExif(content);
    }
  }

  /** The position of the first marker after the compressed data. */
  private long endOfScan(long from) throws ImageRejectedException {
    if (++scans > SCANS_MAX) {
      throw ImageRejectedException.corrupt(
          "JPEG scans: more than %d (expected: about 10)".formatted(SCANS_MAX));
    }
    long code = start(from);
    while (isRestart(file.u8(code))) {
      code = start(code + 1);
    }
    return code - 1;
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static void requireSupported(int marker, Bytes content) throws ImageRejectedException {
    int bits = content.u8(0);
    if (marker > 0xC2 || bits != 8) {
      throw new ImageRejectedException(
          Reason.IMAGE_UNSUPPORTED_TYPE,
          "JPEG coding: process %d, %d bits (expected: baseline or progressive, 8 bits)"
              .formatted(marker - 0xC0, bits));
    }
  }
}
