package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;

/** What the components of a JPEG file mean, guessed as libjpeg does where the file doesn't say. */
enum JpegColours {
  GREY,
  YCC,
  RGB,
  CMYK,
  YCCK;

  /** No Adobe segment in the file. */
  static final int NO_ADOBE = -1;

  static JpegColours of(JpegStructure.Frame frame, boolean jfif, int adobeTransform)
      throws ImageRejectedException {
    return switch (frame.components()) {
      case 1 -> GREY;
      case 3 -> isRgb(frame, jfif, adobeTransform) ? RGB : YCC;
      case 4 -> adobeTransform == NO_ADOBE || adobeTransform == 0 ? CMYK : YCCK;
      default ->
          throw new ImageRejectedException(
              Reason.IMAGE_UNSUPPORTED_TYPE,
              "JPEG components: %d (expected: 1, 3 or 4)".formatted(frame.components()));
    };
  }

  private static boolean isRgb(JpegStructure.Frame frame, boolean jfif, int adobeTransform) {
    if (jfif) {
      return false;
    }
    return adobeTransform == NO_ADOBE ? frame.componentIds().equals("RGB") : adobeTransform == 0;
  }
}
