package io.vignette.images.codec;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vignette.images.ImageRejectedException;
import org.jspecify.annotations.Nullable;

/**
 * What a WebP file's chunks say, and a file with the first frame's colours only: alpha, profile and
 * metadata are left out.
 *
 * @param frame size of the frame, which may be smaller than the canvas
 * @param left column of the canvas at which the frame starts; 0 unless animated
 * @param bitstream the frame's, from its chunk's header on
 * @param essentials a file for the decoder
 */
record WebpStructure(
    Size canvas,
    Size frame,
    int left,
    int top,
    Orientation orientation,
    Bytes bitstream,
    Bytes essentials) {
  private static final int CHUNKS_START = 12;
  private static final int FRAME_HEADER = 16;

  /** How far a decoder may read ahead of what it needs. */
  private static final int READ_AHEAD_BYTES = 16;

  /** Whether the frame is coded as VP8L. */
  boolean isLossless() {
    return bitstream.has(0, "VP8L");
  }

  static WebpStructure of(Bytes file) throws ImageRejectedException {
    return new Chunks(file.slice(0, 8 + file.u32(4, LITTLE_ENDIAN))).read();
  }

  /** Walks the chunks. One use. */
  private static final class Chunks {
    private final Bytes file;
    private Orientation orientation = Orientation.UPRIGHT;
    private @Nullable Size canvas;
    private @Nullable Bytes bitstream;
    private int left;
    private int top;
    private boolean isInFrame;

    Chunks(Bytes file) {
      this.file = file;
    }

    WebpStructure read() throws ImageRejectedException {
      chunks(file, CHUNKS_START);
      if (bitstream == null) {
        throw ImageRejectedException.corrupt("WebP file: no picture (expected: one)");
      }
      Size frame = frameSize(bitstream);
      Size whole = canvas == null ? frame : canvas;
      if (left + frame.width() > whole.width() || top + frame.height() > whole.height()) {
        throw ImageRejectedException.corrupt(
            "WebP frame: %s at %d, %d (expected: within %s)".formatted(frame, left, top, whole));
      }
      Bytes simple =
          new FileParts(bitstream.size() + CHUNKS_START)
              .ascii("RIFF")
              .littleEndian32(4L + bitstream.size())
              .ascii("WEBP")
              .add(bitstream)
              .add(new int[READ_AHEAD_BYTES])
              .done();
      return new WebpStructure(whole, frame, left, top, orientation, bitstream, simple);
    }

    private void chunks(Bytes part, long start) throws ImageRejectedException {
      long at = start;
      while (at + 8 <= part.size()) {
        long size = part.u32(at + 4, LITTLE_ENDIAN);
        long padded = Math.min(size + (size & 1), part.size() - at - 8);
        chunk(part.slice(at, 8 + Math.max(size, padded)), part.slice(at + 8, size));
        at += 8 + size + (size & 1);
      }
    }

    private void chunk(Bytes chunk, Bytes content) throws ImageRejectedException {
      if (chunk.has(0, "VP8X")) {
        canvas = new Size(1L + u24(content, 4), 1L + u24(content, 7));
      } else if (chunk.has(0, "EXIF")) {
        orientation = Orientation.ofExif(content);
      } else if (chunk.has(0, "ANMF") && bitstream == null && !isInFrame) {
        isInFrame = true;
        left = 2 * u24(content, 0);
        top = 2 * u24(content, 3);
        chunks(content, FRAME_HEADER);
        isInFrame = false;
      } else if ((chunk.has(0, "VP8 ") || chunk.has(0, "VP8L")) && bitstream == null) {
        bitstream = chunk;
      }
    }

    private static int u24(Bytes content, long at) throws ImageRejectedException {
      return content.u16(at, LITTLE_ENDIAN) | content.u8(at + 2) << 16;
    }

    private static Size frameSize(Bytes chunk) throws ImageRejectedException {
      if (chunk.has(0, "VP8L")) {
        long bits = chunk.u32(9, LITTLE_ENDIAN);
        return new Size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF));
      }
      return new Size(chunk.u16(14, LITTLE_ENDIAN) & 0x3FFF, chunk.u16(16, LITTLE_ENDIAN) & 0x3FFF);
    }
  }
}
