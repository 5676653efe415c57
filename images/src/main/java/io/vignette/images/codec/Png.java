package io.vignette.images.codec;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageRejectedException;
import java.util.zip.CRC32;

/**
 * PNG of every colour type and depth, interlaced or not; of an animated one the still picture.
 * Transparency and colour information are left out before decoding, as the result has neither.
 */
final class Png implements PictureFormat {
  private static final int SIGNATURE = 8;
  private static final int HEADER = 13;
  // Deflate cannot shrink by more.
  private static final long COMPRESSION_MAX = 1032;
  private static final int SLACK = 64;

  private final StandardReader reader = StandardReader.ofPlatform("png");

  @Override
  public Picture open(Bytes file) throws ImageRejectedException {
    Chunks chunks = new Chunks(file);
    chunks.read();
    return new Picture(
        chunks.size, chunks.rasterBytesPerPixel, chunks.orientation, () -> decode(chunks));
  }

  private DecodedImage decode(Chunks chunks) throws ImageRejectedException {
    chunks.requirePlausible();
    return RawSamples.rgb(reader.image(chunks.essentials.done(), chunks.size));
  }

  /** Walks the chunks. One use. */
  private static final class Chunks {
    private final Bytes file;
    private final FileParts essentials;
    private Size size = new Size(0, 0);
    private Orientation orientation = Orientation.UPRIGHT;
    private int rasterBytesPerPixel;
    private long bitsPerRow;
    private int colourType;
    private long dataBytes;

    Chunks(Bytes file) {
      this.file = file;
      this.essentials = new FileParts(file.size());
    }

    void read() throws ImageRejectedException {
      essentials.add(file.slice(0, SIGNATURE));
      header(file.slice(SIGNATURE + 8, HEADER));
      long at = SIGNATURE;
      while (at < file.size() && !file.has(at + 4, "IEND")) {
        long next = at + 12 + file.u32(at, BIG_ENDIAN);
        chunk(file.slice(at, next - at));
        at = next;
      }
      essentials.add(0, 0, 0, 0).ascii("IEND").add(0xAE, 0x42, 0x60, 0x82);
    }

    private void header(Bytes header) throws ImageRejectedException {
      if (!file.has(SIGNATURE + 4, "IHDR") || file.u32(SIGNATURE, BIG_ENDIAN) != HEADER) {
        throw ImageRejectedException.corrupt("PNG file: no header (expected: an IHDR chunk)");
      }
      size = new Size(header.u32(0, BIG_ENDIAN), header.u32(4, BIG_ENDIAN));
      colourType = header.u8(9);
      int samples =
          switch (colourType) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
          };
      int bits = header.u8(8);
      rasterBytesPerPixel = samples * (bits > 8 ? 2 : 1);
      bitsPerRow = size.width() * samples * bits;
    }

    private void chunk(Bytes chunk) throws ImageRejectedException {
      if (chunk.has(4, "IHDR") || (chunk.has(4, "PLTE") && colourType == 3)) {
        requireChecksum(chunk);
        essentials.add(chunk);
      } else if (chunk.has(4, "IDAT")) {
        dataBytes += chunk.size() - 12;
        essentials.add(chunk);
      } else if (chunk.has(4, "eXIf")) {
        orientation = Orientation.ofExif(chunk.slice(8, chunk.size() - 12L));
      }
    }

    private static void requireChecksum(Bytes chunk) throws ImageRejectedException {
      CRC32 crc = new CRC32();
      crc.update(chunk.array(), chunk.offset() + 4, chunk.size() - 8);
      long stated = chunk.u32(chunk.size() - 4L, BIG_ENDIAN);
      if (crc.getValue() != stated) {
        throw ImageRejectedException.corrupt(
            "PNG checksum: %08x (expected: %08x)".formatted(stated, crc.getValue()));
      }
    }

    /** Spares the memory for a picture whose pixels cannot be in the file. */
    void requirePlausible() throws ImageRejectedException {
      long needed = bitsPerRow / 8 / COMPRESSION_MAX * size.height();
      if (dataBytes == 0 || needed > dataBytes + SLACK) {
        throw ImageRejectedException.corrupt(
            "PNG data: %d bytes for %s pixels (expected: at least %d)"
                .formatted(dataBytes, size, Math.max(needed, 1)));
      }
    }
  }
}
