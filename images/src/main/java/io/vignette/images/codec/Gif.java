package io.vignette.images.codec;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageRejectedException;
import java.awt.image.Raster;

/**
 * GIF: the first frame, on the canvas that the header states. What the frame does not cover has the
 * transparent colour, or the first one of the palette.
 */
final class Gif implements PictureFormat {
  private final StandardReader reader = StandardReader.ofPlatform("gif");

  @Override
  public Picture open(Bytes file) throws ImageRejectedException {
    GifFirstFrame frame = GifFirstFrame.of(file);
    return new Picture(frame.canvas(), 1, Orientation.UPRIGHT, () -> decode(frame));
  }

  private DecodedImage decode(GifFirstFrame frame) throws ImageRejectedException {
    requireAllPixels(frame);
    int width = (int) frame.canvas().width();
    int height = (int) frame.canvas().height();
    byte[] rgb = new byte[Math.multiplyExact(3 * width, height)];
    for (int position = 0; position < rgb.length; ) {
      position = frame.palette().put(frame.emptyIndex(), rgb, position);
    }
    Raster raster = reader.image(frame.essentials(), frame.size()).getRaster();
    RowToRgb toRgb = RowToRgb.palette(frame.palette());
    int[] row = new int[raster.getWidth()];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(0, y, row.length, 1, 0, row);
      toRgb.convert(row, rgb, 3 * ((frame.top() + y) * width + frame.left()));
    }
    return new DecodedImage(width, height, rgb);
  }

  /** The decoder leaves out what is missing. */
  private static void requireAllPixels(GifFirstFrame frame) throws ImageRejectedException {
    long wanted = frame.size().pixels();
    long found = new GifPixelCount(frame.packed()).upTo(wanted);
    if (found < wanted) {
      throw ImageRejectedException.corrupt(
          "GIF frame: pixels end after %d (expected: %d, of %s)"
              .formatted(found, wanted, frame.size()));
    }
  }

  /** The part of a picture's description that follows the marker of its block. */
  record Descriptor(int left, int top, int width, int height, int flags) {
    static final int SIZE = 9;

    static Descriptor of(Bytes block) throws ImageRejectedException {
      return new Descriptor(
          block.u16(0, LITTLE_ENDIAN),
          block.u16(2, LITTLE_ENDIAN),
          block.u16(4, LITTLE_ENDIAN),
          block.u16(6, LITTLE_ENDIAN),
          block.u8(8));
    }
  }
}
