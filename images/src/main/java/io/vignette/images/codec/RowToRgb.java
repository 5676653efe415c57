package io.vignette.images.codec;

/** Turns a row of samples into red, green, blue, as the reference processor would. */
@FunctionalInterface
interface RowToRgb {
  void convert(int[] samples, byte[] rgb, int position);

  static RowToRgb palette(Palette palette) {
    return (samples, rgb, position) -> {
      int target = position;
      for (int index : samples) {
        target = palette.put(index, rgb, target);
      }
    };
  }

  /**
   * Packed samples, mostly of fewer than eight bits: spread over 0 to 255, rounded down. Damaged
   * files may declare a colour of no bits, which is black, or of all 32.
   */
  static RowToRgb scaled(int bands, int[] bits) {
    return (samples, rgb, position) -> {
      int target = position;
      for (int i = 0; i < samples.length; i += bands) {
        for (int band = 0; band < 3; band++) {
          long most = (1L << bits[band]) - 1;
          rgb[target++] = (byte) (most == 0 ? 0 : (samples[i + band] & most) * 255 / most);
        }
      }
    };
  }

  /**
   * Grey, perhaps with alpha. Grey alone in 16 bits is clipped at 255, not scaled, because the
   * reference processor does so (below zero, too); with alpha it takes the high bytes.
   */
  static RowToRgb grey(int bands, int bits) {
    return (samples, rgb, position) -> {
      int target = position;
      for (int i = 0; i < samples.length; i += bands) {
        int grey = bits == 16 && bands == 2 ? samples[i] >> 8 : Math.clamp(samples[i], 0, 255);
        rgb[target++] = (byte) grey;
        rgb[target++] = (byte) grey;
        rgb[target++] = (byte) grey;
      }
    };
  }

  /** Red, green, blue, perhaps more; of 16 bits the high byte counts. */
  static RowToRgb colour(int bands, int bits) {
    int shift = bits == 16 ? 8 : 0;
    return (samples, rgb, position) -> {
      int target = position;
      for (int i = 0; i < samples.length; i += bands) {
        rgb[target++] = (byte) (samples[i] >> shift);
        rgb[target++] = (byte) (samples[i + 1] >> shift);
        rgb[target++] = (byte) (samples[i + 2] >> shift);
      }
    };
  }

  /** Red, green, blue that are multiplied by the alpha that follows them. */
  static RowToRgb premultiplied(int bands, int bits) {
    int shift = bits == 16 ? 8 : 0;
    return (samples, rgb, position) -> {
      int target = position;
      for (int i = 0; i < samples.length; i += bands) {
        int alpha = samples[i + 3] >> shift;
        for (int band = 0; band < 3; band++) {
          int sample = samples[i + band] >> shift;
          rgb[target++] = (byte) (alpha == 0 ? 0 : Math.min(255, 255 * sample / alpha));
        }
      }
    };
  }

  /** Cyan, magenta, yellow, black, perhaps more; of 16 bits the high byte counts. */
  static RowToRgb inks(int bands, int bits) {
    int shift = bits == 16 ? 8 : 0;
    return (samples, rgb, position) -> {
      byte[] cmyk = new byte[samples.length / bands * 4];
      for (int i = 0; i < cmyk.length; i++) {
        cmyk[i] = (byte) (samples[i / 4 * bands + i % 4] >> shift);
      }
      byte[] row = Inks.cmykToRgb(cmyk);
      System.arraycopy(row, 0, rgb, position, row.length);
    };
  }
}
