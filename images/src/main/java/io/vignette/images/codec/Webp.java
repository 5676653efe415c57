package io.vignette.images.codec;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import io.vignette.images.DecodedImage;
import io.vignette.images.ImageRejectedException;

/** WebP: lossy and lossless; of an animation the first frame. */
final class Webp implements PictureFormat {
  private static final int RASTER_BYTES_PER_PIXEL = 4;
  private static final int CHUNK_HEADER = 8;

  /** A group of prefix codes takes 20 bits of the file at least, and there are 2^16 at most. */
  private static final double BYTES_A_GROUP = 2.5;

  private static final int GROUPS_MAX = 1 << 16;

  /** What the decoder makes of one, measured. */
  private static final int KIBIBYTES_A_GROUP = 8;

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
    return structure.isLossless()
        ? picture.withTables(tableKibibytes(structure.bitstream().size()))
        : picture;
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
    if (structure.isLossless()) {
      LosslessTransforms.check(structure.bitstream().sliceFrom(CHUNK_HEADER), structure.frame());
    }
    Bytes file = structure.essentials();
    long length = Math.max(file.size(), structure.frame().pixels());
    return RawSamples.rgb(reader.image(new BytesImageInputStream(file, length), structure.frame()));
  }

  /** The most that a lossless file of so many bytes can make the decoder take for tables. */
  static int tableKibibytes(int bytes) {
    return (int) Math.min(GROUPS_MAX, bytes / BYTES_A_GROUP) * KIBIBYTES_A_GROUP;
  }
}
