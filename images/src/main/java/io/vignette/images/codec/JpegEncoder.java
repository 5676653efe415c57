package io.vignette.images.codec;

import io.vignette.images.DecodedImage;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Writes pixels as a JPEG file: nothing in it but the picture, so no place, camera or comment of
 * the file they came from.
 *
 * <p>Thread-safe. Works in the caller's thread and takes processor time: call it on a bounded pool.
 */
public final class JpegEncoder {
  private static final int[] RGB = {0, 1, 2};

  private final float quality;

  /**
   * @param quality 0 to 1; 0.9 is hardly told from the original
   */
  public JpegEncoder(double quality) {
    if (!(quality >= 0 && quality <= 1)) {
      throw new IllegalArgumentException("quality: %s (expected: 0 to 1)".formatted(quality));
    }
    this.quality = (float) quality;
  }

  /** The file's bytes. */
  public byte[] encode(DecodedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream file = new ByteArrayOutputStream(64 * 1024);
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      ImageWriteParam how = writer.getDefaultWriteParam();
      how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      how.setCompressionQuality(quality);
      writer.setOutput(out);
      writer.write(null, new IIOImage(wrapped(image), null, null), how);
    } catch (IOException e) {
      throw new UncheckedIOException("memory refuses to be written", e);
    } finally {
      writer.dispose();
    }
    return file.toByteArray();
  }

  /** The same pixels in Java's clothes, not copied. */
  private static BufferedImage wrapped(DecodedImage image) {
    WritableRaster pixels =
        Raster.createInterleavedRaster(
            new DataBufferByte(image.rgb(), image.rgb().length),
            image.width(),
            image.height(),
            3 * image.width(),
            3,
            RGB,
            null);
    ColorModel colours =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            ColorModel.OPAQUE,
            DataBuffer.TYPE_BYTE);
    return new BufferedImage(colours, pixels, false, null);
  }
}
