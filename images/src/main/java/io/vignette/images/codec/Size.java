package io.vignette.images.codec;

/** Width and height in pixels, as a header states them: unchecked, below 2^32 each. */
record Size(long width, long height) {
  /** Saturating, as both factors may be near 2^32. */
  long pixels() {
    return Math.multiplyHigh(width, height) != 0 || width * height < 0
        ? Long.MAX_VALUE
        : width * height;
  }

  /** Of a picture whose sides are divided; what is left over counts as a pixel. */
  Size dividedBy(int divisor) {
    return new Size(Math.ceilDiv(width, divisor), Math.ceilDiv(height, divisor));
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
