package io.vignette.worker.preparation;

import io.vignette.images.DecodedImage;
import io.vignette.images.codec.JpegEncoder;
import io.vignette.images.tensor.BicubicResize;

/**
 * A picture as it is sent to a server that resizes by itself: a JPEG file, scaled down to a largest
 * side where it is larger, never up, in its own shape.
 *
 * <p>The client's own file is never sent: it may be lying on its side, say where it was taken, or
 * be of a type that servers don't take; and a decoded picture is known to be one. Thread-safe.
 */
public final class SentPicture {
  private static final double QUALITY = 0.9;

  private final int sideMax;
  private final JpegEncoder encoder = new JpegEncoder(QUALITY);

  /**
   * @param sideMax pixels of the longer side, from 1. Too low: the model misses small things. Too
   *     high: servers that cut pictures into tokens by size take longer, and bill more.
   */
  public SentPicture(int sideMax) {
    if (sideMax < 1) {
      throw new IllegalArgumentException("sideMax: %d (expected: at least 1)".formatted(sideMax));
    }
    this.sideMax = sideMax;
  }

  /** The file's bytes. */
  public byte[] of(DecodedImage image) {
    return encoder.encode(scaled(image));
  }

  private DecodedImage scaled(DecodedImage image) {
    int longer = Math.max(image.width(), image.height());
    if (longer <= sideMax) {
      return image;
    }
    int width = side(image.width(), longer);
    int height = side(image.height(), longer);
    return new DecodedImage(width, height, BicubicResize.resize(image, width, height));
  }

  private int side(int pixels, int longer) {
    return (int) Math.max(1, Math.round((double) pixels * sideMax / longer));
  }
}
