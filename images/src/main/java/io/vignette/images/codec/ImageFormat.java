package io.vignette.images.codec;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The supported file formats. */
public enum ImageFormat {
  JPEG,
  PNG,
  BMP,
  GIF,
  WEBP,
  TIFF;

  /** All of them, for a sentence: "JPEG, PNG, …". */
  public static String list() {
    return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
  }
}
