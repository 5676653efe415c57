package io.vignette.standalone.cli;

import io.vignette.images.codec.ImageDecoder;
import java.util.Optional;

/** What a person can do for faster JPEGs on this machine. */
final class JpegAdvice {
  private JpegAdvice() {}

  /** Empty where nothing is to be done. */
  static Optional<String> get() {
    if (new ImageDecoder().hasLibturbojpeg()) {
      return Optional.empty();
    }
    return Optional.of(
        "JPEGs are decoded by Java, which takes about three times as long as libturbojpeg;"
            + " install it (Debian, Ubuntu: libturbojpeg0; Fedora: turbojpeg; Homebrew: jpeg-turbo)");
  }
}
