package io.vignette.images.codec;

/**
 * The colour conversion of JPEG (ITU-R BT.601, full range) in 16-bit fixed point with libjpeg's
 * rounding.
 */
final class YccToRgb {
  private static final int HALF = 1 << 15;
  private static final int[] RED_OF_CR = new int[256];
  private static final int[] BLUE_OF_CB = new int[256];
  private static final int[] GREEN_OF_CR = new int[256];
  private static final int[] GREEN_OF_CB = new int[256];
  // Sums lie between -179 and 434: a table of all of them is faster than two comparisons.
  private static final int LOWEST = -384;
  private static final byte[] CLAMPED = new byte[1024];

  static {
    for (int i = 0; i < 256; i++) {
      int chroma = i - 128;
      RED_OF_CR[i] = (fixed(1.40200) * chroma + HALF) >> 16;
      BLUE_OF_CB[i] = (fixed(1.77200) * chroma + HALF) >> 16;
      GREEN_OF_CR[i] = -fixed(0.71414) * chroma;
      GREEN_OF_CB[i] = -fixed(0.34414) * chroma + HALF;
    }
    for (int i = 0; i < CLAMPED.length; i++) {
      CLAMPED[i] = (byte) Math.max(0, Math.min(255, i + LOWEST));
    }
  }

  private YccToRgb() {}

  /** Converts the first three of every {@code bands} samples, in place. */
  static byte[] convert(byte[] samples, int bands) {
    for (int i = 0; i < samples.length; i += bands) {
      int y = (samples[i] & 0xFF) - LOWEST;
      int cb = samples[i + 1] & 0xFF;
      int cr = samples[i + 2] & 0xFF;
      samples[i] = clamp(y + RED_OF_CR[cr]);
      samples[i + 1] = clamp(y + ((GREEN_OF_CB[cb] + GREEN_OF_CR[cr]) >> 16));
      samples[i + 2] = clamp(y + BLUE_OF_CB[cb]);
    }
    return samples;
  }

  private static int fixed(double value) {
    return (int) (value * 65536 + 0.5);
  }

  private static byte clamp(int raised) {
    return CLAMPED[raised & (CLAMPED.length - 1)];
  }
}
