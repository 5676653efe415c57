package io.vignette.images;

import java.time.Duration;

/**
 * What an image may cost before it is refused.
 *
 * @param maxBytes size of the encoded file, 1 or more; checked before the file is read
 * @param maxPixels width × height, 1 or more; checked on the header, before decoding. See also
 *     {@link #maxRasterBytes()}
 * @param connectTimeout for one connection to a server of images
 * @param fetchTimeout for a whole fetch: names, connections, redirects and the body
 */
public record ImageLimits(
    long maxBytes, long maxPixels, Duration connectTimeout, Duration fetchTimeout) {
  /** An array holds no more bytes, and a pixel takes three. */
  private static final long PIXELS_REPRESENTABLE = (Integer.MAX_VALUE - 8) / 3;

  private static final int RASTER_BYTES_PER_PIXEL = 4;

  public ImageLimits {
    requireBetween("maxBytes", maxBytes, Integer.MAX_VALUE - 8L);
    requireBetween("maxPixels", maxPixels, PIXELS_REPRESENTABLE);
    requirePositive("connectTimeout", connectTimeout);
    requirePositive("fetchTimeout", fetchTimeout);
  }

  /** 64 MiB, 100 million pixels, 5 s to connect, 20 s in all. */
  public static ImageLimits defaults() {
    return new ImageLimits(
        64L * 1024 * 1024, 100_000_000, Duration.ofSeconds(5), Duration.ofSeconds(20));
  }

  /**
   * What a decoder's raster may take: four bytes for each pixel allowed, so that pictures of eight
   * bits a sample pass and deeper ones must have fewer pixels. Checked on the header. The result
   * takes three more bytes a pixel, and as many again where it must be turned.
   */
  public long maxRasterBytes() {
    return RASTER_BYTES_PER_PIXEL * maxPixels;
  }

  private static void requireBetween(String name, long value, long most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: between 1 and " + most + ")");
    }
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: more than 0)");
    }
  }
}
