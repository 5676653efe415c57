package io.vignette.images;

/**
 * Pixels: rows from the top, three bytes a pixel (red, green, blue), no padding.
 *
 * <p>The array is handed over, not copied; nobody writes to it afterwards.
 */
public final class DecodedImage {
  private final int width;
  private final int height;
  private final byte[] rgb;

  public DecodedImage(int width, int height, byte[] rgb) {
    if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "rgb: %d bytes for %dx%d (expected: 3 a pixel)".formatted(rgb.length, width, height));
    }
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  public byte[] rgb() {
    return rgb;
  }
}
