package io.vignette.images.codec;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageRejectedException;
import java.awt.image.Raster;
import java.util.Optional;

/**
 * JPEG: baseline and progressive, 8 bits, grey, YCbCr, RGB, CMYK or YCCK.
 *
 * <p>libturbojpeg decodes where it is installed, reduced on request. Else, and for what it does not
 * decode without a warning, the platform's reader (libjpeg) decodes to raw samples; colours are
 * converted here, as libjpeg does it and without colour management.
 */
final class Jpeg implements PictureFormat {
  private final StandardReader reader = StandardReader.ofPlatform("jpeg");
  private final Optional<TurboJpeg> turbo;

  Jpeg(Optional<TurboJpeg> turbo) {
    this.turbo = turbo;
  }

  @Override
  public Picture open(Bytes file) throws ImageRejectedException {
    JpegStructure structure = JpegStructure.of(file);
    return new Picture(
        structure.size(),
        structure.scans(),
        structure.components(),
        structure.orientation(),
        new JpegPixels(structure));
  }

  /** What is decoded of a file. */
  private final class JpegPixels implements Picture.Pixels {
    private final JpegStructure structure;

    JpegPixels(JpegStructure structure) {
      this.structure = structure;
    }

    @Override
    public DecodedImage decode() throws ImageRejectedException {
      return decode(1);
    }

    @Override
    public DecodedImage decode(int divisor) throws ImageRejectedException {
      Optional<DecodedImage> fast =
          turbo.isPresent() ? turbo.get().decode(structure, divisor) : Optional.empty();
      return fast.isPresent() ? fast.get() : decodeByPlatform(structure);
    }
  }

  private DecodedImage decodeByPlatform(JpegStructure structure) throws ImageRejectedException {
    Raster raster = reader.raster(structure.essentials(), structure.size());
    int bands = raster.getNumBands();
    if (bands != structure.components()) {
      throw ImageRejectedException.corrupt(
          "JPEG components: %d decoded (expected: %d as in the header)"
              .formatted(bands, structure.components()));
    }
    byte[] samples = RawSamples.bytes(raster);
    byte[] rgb =
        switch (structure.colours()) {
          case GREY -> Inks.greyToRgb(samples);
          case RGB -> samples;
          case YCC -> YccToRgb.convert(samples, 3);
          case CMYK -> Inks.invertedCmykToRgb(samples);
          case YCCK -> Inks.invertedCmykToRgb(YccToRgb.convert(samples, 4));
        };
    return new DecodedImage(raster.getWidth(), raster.getHeight(), rgb);
  }
}
