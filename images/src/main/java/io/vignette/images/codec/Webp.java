package io.vignette.images.codec;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import io.vignette.images.DecodedImage;
import io.vignette.images.ImageRejectedException;

/** WebP: lossy and lossless; of an animation the first frame. */
final class Webp implements PictureFormat {
  private static final int RASTER_BYTES_PER_PIXEL = 4;

  private final StandardReader reader = new StandardReader(new WebPImageReaderSpi());

  @Override
  public Picture open(Bytes file) throws ImageRejectedException {
    WebpStructure structure = WebpStructure.of(file);
    return new Picture(
        structure.canvas(),
        RASTER_BYTES_PER_PIXEL,
        structure.orientation(),
        () -> decode(structure));
  }

  private DecodedImage decode(WebpStructure structure) throws ImageRejectedException {
    DecodedImage frame = RawSamples.rgb(reader.image(structure.essentials(), structure.frame()));
    Size canvas = structure.canvas();
    if (frame.width() == canvas.width() && frame.height() == canvas.height()) {
      return frame;
    }
    int width = (int) canvas.width();
    byte[] rgb = new byte[Math.multiplyExact(3 * width, (int) canvas.height())];
    for (int y = 0; y < frame.height(); y++) {
      int target = 3 * ((structure.top() + y) * width + structure.left());
      System.arraycopy(frame.rgb(), 3 * frame.width() * y, rgb, target, 3 * frame.width());
    }
    return new DecodedImage(width, (int) canvas.height(), rgb);
  }
}
