package io.vignette.images.codec;

/**
 * The size that a picture is resized to once it is decoded, so that its decoder may leave out what
 * resizing would throw away.
 *
 * <p>A decoder that can reduces to a half, a quarter or an eighth, and never below twice this size:
 * the resize decides how the result looks.
 *
 * @param width pixels of the upright picture, from 1
 * @param height the same
 */
public record TargetSize(int width, int height) {
  private static final int DIVISOR_MAX = 8;
  private static final int LEFT_LEAST = 2;

  public TargetSize {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "target size: %dx%d (expected: at least 1x1)".formatted(width, height));
    }
  }

  /** By what both sides of an upright picture may be divided: 8, 4, 2 or 1. */
  int divisorFor(Size upright) {
    long times = Math.min(upright.width() / width, upright.height() / height);
    return (int) Math.clamp(Long.highestOneBit(times / LEFT_LEAST), 1, DIVISOR_MAX);
  }
}
