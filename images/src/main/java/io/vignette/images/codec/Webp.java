package io.vignette.images.codec;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import io.vignette.images.DecodedImage;
import io.vignette.images.ImageRejectedException;

/** WebP: lossy and lossless; of an animation the first frame. */
final class Webp implements PictureFormat {
  private static final int RASTER_BYTES_PER_PIXEL = 4;
  private static final int CHUNK_HEADER = 8;

  private final StandardReader reader = new StandardReader(new WebPImageReaderSpi());

  @Override
  public Picture open(Bytes file) throws ImageRejectedException {
    WebpStructure structure = WebpStructure.of(file);
    Picture picture =
        new Picture(
            structure.canvas(),
            RASTER_BYTES_PER_PIXEL,
            structure.orientation(),
            () -> decode(structure));
    return structure.isLossless() ? picture.withTables(() -> tableBytes(structure)) : picture;
  }

  private static long tableBytes(WebpStructure structure) throws ImageRejectedException {
    return LosslessStructure.tableBytes(
        structure.bitstream().sliceFrom(CHUNK_HEADER), structure.frame());
  }

  private DecodedImage decode(WebpStructure structure) throws ImageRejectedException {
    DecodedImage frame = frame(structure);
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

  private DecodedImage frame(WebpStructure structure) throws ImageRejectedException {
    Bytes file = structure.essentials();
    // A picture of one colour is far larger than its file.
    long credible = Math.max(file.size(), structure.frame().pixels());
    BytesImageInputStream stream =
        structure.isLossless()
            ? BytesImageInputStream.withHardEnd(file, credible)
            : new BytesImageInputStream(file, credible);
    return RawSamples.rgb(reader.image(stream, structure.frame()));
  }
}
