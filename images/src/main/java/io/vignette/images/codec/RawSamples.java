package io.vignette.images.codec;

import io.vignette.images.DecodedImage;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;

/**
 * Takes the samples out of Image I/O's pictures as they were stored: never by way of a colour
 * space, which would apply profiles.
 */
final class RawSamples {
  private RawSamples() {}

  /** 8-bit samples, interleaved; the raster's own array where it has that form. */
  static byte[] bytes(Raster raster) {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    if (raster.getSampleModel() instanceof PixelInterleavedSampleModel model
        && raster.getDataBuffer() instanceof DataBufferByte buffer
        && buffer.getData().length == width * raster.getHeight() * bands
        && model.getScanlineStride() == width * bands
        && inOrder(model.getBandOffsets())) {
      return buffer.getData();
    }
    byte[] samples = new byte[width * raster.getHeight() * bands];
    int[] row = new int[width * bands];
    for (int y = 0, target = 0; y < raster.getHeight(); y++) {
      for (int sample : raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row)) {
        samples[target++] = (byte) sample;
      }
    }
    return samples;
  }

  private static boolean inOrder(int[] offsets) {
    for (int i = 0; i < offsets.length; i++) {
      if (offsets[i] != i) {
        return false;
      }
    }
    return true;
  }

  /** Red, green, blue; alpha is dropped. */
  static DecodedImage rgb(BufferedImage image) {
    Raster raster = image.getRaster();
    int bits = raster.getSampleModel().getSampleSize(0);
    return rgb(raster, conversion(image.getColorModel(), raster.getNumBands(), bits));
  }

  static DecodedImage rgb(Raster raster, RowToRgb toRgb) {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    byte[] rgb = new byte[Math.multiplyExact(3 * width, raster.getHeight())];
    int[] row = new int[width * bands];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      toRgb.convert(row, rgb, 3 * width * y);
    }
    return new DecodedImage(width, raster.getHeight(), rgb);
  }

  private static RowToRgb conversion(ColorModel colours, int bands, int bits) {
    if (colours instanceof IndexColorModel index) {
      return RowToRgb.palette(Palette.of(index));
    }
    if (colours instanceof DirectColorModel direct) {
      return RowToRgb.scaled(bands, direct.getComponentSize());
    }
    if (bands <= 2) {
      return RowToRgb.grey(bands, bits);
    }
    return RowToRgb.colour(bands, bits);
  }
}
