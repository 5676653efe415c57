package io.vignette.images.codec;

/** Conversions of interleaved 8-bit samples that are not red, green, blue. */
final class Inks {
  private Inks() {}

  static byte[] greyToRgb(byte[] grey) {
    byte[] rgb = new byte[Math.multiplyExact(3, grey.length)];
    for (int i = 0; i < grey.length; i++) {
      rgb[3 * i] = grey[i];
      rgb[3 * i + 1] = grey[i];
      rgb[3 * i + 2] = grey[i];
    }
    return rgb;
  }

  /** Cyan, magenta, yellow, black to red, green, blue, by the reference processor's formula. */
  static byte[] cmykToRgb(byte[] cmyk) {
    return toRgb(cmyk, 0);
  }

  /** The same for inks stored as Adobe does: 255 = no ink. */
  static byte[] invertedCmykToRgb(byte[] cmyk) {
    return toRgb(cmyk, 0xFF);
  }

  private static byte[] toRgb(byte[] cmyk, int inversion) {
    byte[] rgb = new byte[cmyk.length / 4 * 3];
    for (int i = 0, j = 0; j < rgb.length; i += 4, j += 3) {
      int paper = 255 - ((cmyk[i + 3] & 0xFF) ^ inversion);
      for (int ink = 0; ink < 3; ink++) {
        rgb[j + ink] = (byte) (paper - dividedBy255(((cmyk[i + ink] & 0xFF) ^ inversion) * paper));
      }
    }
    return rgb;
  }

  /** Rounded, as the reference processor does it with shifts. */
  private static int dividedBy255(int product) {
    int rounded = product + 128;
    return ((rounded >> 8) + rounded) >> 8;
  }
}
