package io.vignette.images.codec;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageRejectedException;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;

/** TIFF: the first page; grey, palette, RGB, YCbCr or CMYK, 1 to 16 bits. */
final class Tiff implements PictureFormat {
  private final StandardReader reader = StandardReader.ofPlatform("tiff");

  @Override
  public Picture open(Bytes file) throws ImageRejectedException {
    TiffDirectory directory = TiffDirectory.first(file);
    TiffStructure structure = new TiffStructure(directory);
    return new Picture(
        structure.size(),
        structure.passes(),
        structure.rasterBytesPerPixel(),
        directory.orientation(),
        () -> decode(directory, structure));
  }

  private DecodedImage decode(TiffDirectory directory, TiffStructure structure)
      throws ImageRejectedException {
    BufferedImage image = reader.image(structure.essentials(), structure.size());
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    int bits = raster.getSampleModel().getSampleSize(0);
    if (structure.isCmyk()) {
      return bands == 4 && bits == 8
          ? new DecodedImage(
              image.getWidth(), image.getHeight(), Inks.cmykToRgb(RawSamples.bytes(raster)))
          : RawSamples.rgb(raster, RowToRgb.inks(bands, bits));
    }
    if (structure.isPremultiplied() && (bits == 8 || bits == 16)) {
      return RawSamples.rgb(raster, RowToRgb.premultiplied(bands, bits));
    }
    return structure.isPalette()
        ? RawSamples.rgb(raster, RowToRgb.palette(directory.palette()))
        : RawSamples.rgb(image);
  }
}
