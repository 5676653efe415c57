package io.vignette.images.codec;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.Optional;

/** TIFF: the first page; grey, palette, RGB, YCbCr or CMYK, 1 to 16 bits. */
final class Tiff implements PictureFormat {
  private static final int WHITE_IS_ZERO = 0;
  private static final int PALETTE = 3;
  private static final int CMYK = 5;
  private static final int YCBCR = 6;
  private static final int OLD_JPEG = 6;
  private static final int JPEG = 7;

  private final StandardReader reader = StandardReader.ofPlatform("tiff");

  @Override
  public Picture open(Bytes file) throws ImageRejectedException {
    TiffDirectory directory = TiffDirectory.first(file);
    directory.requireWithinFile();
    int colours = (int) directory.value(TiffDirectory.PHOTOMETRIC, 1);
    long bits = directory.largest(TiffDirectory.BITS_PER_SAMPLE, 1);
    requireKnown(colours, bits);
    long passes = requireKnownParts(directory);
    long samples = directory.value(TiffDirectory.SAMPLES_PER_PIXEL, 1);
    return new Picture(
        directory.size(),
        passes,
        samples * (bits > 8 ? 2 : 1),
        directory.orientation(),
        () -> decode(file, directory, colours));
  }

  private static void requireKnown(int colours, long bits) throws ImageRejectedException {
    if (colours < WHITE_IS_ZERO || colours > YCBCR || bits > 16) {
      throw new ImageRejectedException(
          Reason.IMAGE_UNSUPPORTED_TYPE,
          "TIFF colours: kind %d, %d bits (expected: grey, palette, RGB, YCbCr or CMYK, at most 16)"
              .formatted(colours, bits));
    }
  }

  /**
   * Strips and tiles may be JPEG files, of which the directory says nothing: each is held against
   * what it is said to be a part of.
   *
   * @return passes over the picture that decoding takes
   */
  private static long requireKnownParts(TiffDirectory directory) throws ImageRejectedException {
    long compression = directory.value(TiffDirectory.COMPRESSION, 1);
    if (compression == OLD_JPEG) {
      throw new ImageRejectedException(
          Reason.IMAGE_UNSUPPORTED_TYPE,
          "TIFF compression: 6, JPEG as of 1992 (expected: 7 for JPEG, or another one)");
    }
    return compression == JPEG ? passesOfJpegs(directory) : 1;
  }

  private static long passesOfJpegs(TiffDirectory directory) throws ImageRejectedException {
    Optional<Bytes> tables = directory.jpegTables();
    if (tables.isPresent()) {
      new JpegSegments(tables.get()).requireTablesOnly();
    }
    Size part = directory.partSize();
    long most = 1;
    for (Bytes file : directory.parts()) {
      JpegStructure jpeg = JpegStructure.of(file);
      if (jpeg.size().width() > part.width() || jpeg.size().height() > part.height()) {
        throw ImageRejectedException.corrupt(
            "TIFF part: a JPEG file of %s (expected: at most %s)".formatted(jpeg.size(), part));
      }
      most = Math.max(most, jpeg.scans());
    }
    return most;
  }

  private DecodedImage decode(Bytes file, TiffDirectory directory, int colours)
      throws ImageRejectedException {
    BufferedImage image = reader.image(file, directory.size());
    boolean bytes = image.getSampleModel().getSampleSize(0) == 8;
    if (colours == CMYK && bytes && image.getSampleModel().getNumBands() == 4) {
      byte[] inks = RawSamples.bytes(image.getRaster());
      return new DecodedImage(image.getWidth(), image.getHeight(), Inks.cmykToRgb(inks));
    }
    return colours == PALETTE && image.getColorModel() instanceof IndexColorModel
        ? RawSamples.rgb(image.getRaster(), RowToRgb.palette(directory.palette()))
        : RawSamples.rgb(image);
  }
}
