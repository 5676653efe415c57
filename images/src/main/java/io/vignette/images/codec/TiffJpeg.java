package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;
import java.awt.image.Raster;
import java.util.Optional;

/**
 * Unpacks the JPEG files that are parts of a TIFF picture.
 *
 * <p>What the components mean is the TIFF file's to say, as for libtiff: nothing is guessed or
 * inverted here. The decoder of TIFF would do both.
 */
final class TiffJpeg {
  private static final StandardReader READER = StandardReader.ofPlatform("jpeg");
  private static final int MARKER = 2;

  private final Optional<Bytes> tables;
  private long scanned;

  /**
   * Of one picture.
   *
   * @param tables that the files share and leave out: a JPEG file without a picture
   */
  TiffJpeg(Optional<Bytes> tables) {
    this.tables = tables;
  }

  /** Pixels of all parts that were looked at, each as often as decoding goes over it. */
  long scanned() {
    return scanned;
  }

  /** Refuses a part that is larger than it may be, or too small for what the picture shows. */
  void requireFit(Bytes part, Size most, Size least) throws ImageRejectedException {
    JpegStructure jpeg = JpegStructure.of(part);
    Size size = jpeg.size();
    if (size.width() > most.width() || size.height() > most.height()) {
      throw ImageRejectedException.corrupt(
          "TIFF part: a JPEG file of %s (expected: at most %s)".formatted(size, most));
    }
    if (size.width() < least.width() || size.height() < least.height()) {
      throw ImageRejectedException.corrupt(
          "TIFF part: a JPEG file of %s (expected: at least %s)".formatted(size, least));
    }
    scanned += size.pixels() * jpeg.scans();
  }

  /** A part's samples, in rows as wide as the part. */
  byte[] samples(Bytes part, TiffParts.Coding coding, Size size) throws ImageRejectedException {
    JpegStructure jpeg = JpegStructure.of(part);
    Raster raster = READER.raster(withTables(jpeg.essentials()), jpeg.size());
    int bands = raster.getNumBands();
    if (bands != coding.samples()) {
      throw ImageRejectedException.corrupt(
          "TIFF part: a JPEG file of %d components (expected: %d)"
              .formatted(bands, coding.samples()));
    }
    byte[] samples = RawSamples.bytes(raster);
    if (coding.isYcc()) {
      YccToRgb.convert(samples, bands);
    }
    return widened(samples, bands * raster.getWidth(), bands * (int) size.width());
  }

  private Bytes withTables(Bytes file) throws ImageRejectedException {
    if (tables.isEmpty()) {
      return file;
    }
    Bytes shared = tables.get();
    return new FileParts(shared.size() + file.size())
        .add(shared.slice(0, shared.size() - MARKER))
        .add(file.sliceFrom(MARKER))
        .done();
  }

  private static byte[] widened(byte[] samples, int stored, int expected) {
    if (stored == expected) {
      return samples;
    }
    byte[] wide = new byte[samples.length / stored * expected];
    for (int from = 0, to = 0; from < samples.length; from += stored, to += expected) {
      System.arraycopy(samples, from, wide, to, stored);
    }
    return wide;
  }
}
