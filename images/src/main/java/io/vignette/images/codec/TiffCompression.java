package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;
import java.util.Map;

/** A way in which the parts of a TIFF file are packed, of those that are decoded. */
enum TiffCompression {
  NONE(1),
  FAX_RLE(2),
  FAX_T4(3),
  FAX_T6(4),
  LZW(5),
  JPEG(7),
  DEFLATE(8),
  PACK_BITS(32_773),
  DEFLATE_OF_1995(32_946);

  private static final Map<Long, String> OTHERS =
      Map.ofEntries(
          Map.entry(6L, "JPEG as of 1992"),
          Map.entry(9L, "JBIG"),
          Map.entry(10L, "JBIG"),
          Map.entry(32_766L, "NeXT"),
          Map.entry(32_771L, "CCITT RLE in words"),
          Map.entry(32_809L, "ThunderScan"),
          Map.entry(34_661L, "JBIG"),
          Map.entry(34_676L, "SGI Log"),
          Map.entry(34_677L, "SGI Log"),
          Map.entry(34_712L, "JPEG 2000"),
          Map.entry(34_887L, "LERC"),
          Map.entry(34_892L, "lossy JPEG of DNG"),
          Map.entry(34_925L, "LZMA"),
          Map.entry(50_000L, "Zstandard"),
          Map.entry(50_001L, "WebP"),
          Map.entry(50_002L, "JPEG XL"),
          Map.entry(52_546L, "JPEG XL"));

  private final int number;

  TiffCompression(int number) {
    this.number = number;
  }

  static TiffCompression of(long number) throws ImageRejectedException {
    for (TiffCompression compression : values()) {
      if (compression.number == number) {
        return compression;
      }
    }
    throw new ImageRejectedException(
        Reason.IMAGE_UNSUPPORTED_TYPE,
        "TIFF compression: %d, %s (expected: none, CCITT, LZW, JPEG, Deflate or PackBits)"
            .formatted(number, OTHERS.getOrDefault(number, "unknown")));
  }

  int number() {
    return number;
  }

  boolean isFax() {
    return this == FAX_RLE || this == FAX_T4 || this == FAX_T6;
  }

  /** A predictor's field means nothing beside the others. */
  boolean mayHavePredictor() {
    return this == LZW || this == DEFLATE || this == DEFLATE_OF_1995;
  }
}
