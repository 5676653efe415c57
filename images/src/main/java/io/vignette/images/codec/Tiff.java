package io.vignette.images.codec;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageRejectedException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;

/** TIFF: the first page; grey, palette, RGB, YCbCr or CMYK, 1 to 16 bits. */
final class Tiff implements PictureFormat {
  private static final int PALETTE = 3;
  private static final int CMYK = 5;

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
    int colours = structure.colours();
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
