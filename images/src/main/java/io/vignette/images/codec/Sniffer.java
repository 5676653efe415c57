package io.vignette.images.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Tells a picture's format by its first bytes. Names and declared media types are not trusted and
 * not asked for.
 */
public final class Sniffer {
  private static final int SHOWN_BYTES = 8;

  private Sniffer() {}

  /**
   * The format of the file that starts with these bytes; 12 are enough.
   *
   * @throws ImageRejectedException with {@code image.empty} or {@code image.unsupported_type}
   */
  public static ImageFormat sniff(byte[] head) throws ImageRejectedException {
    if (head.length == 0) {
      throw new ImageRejectedException(
          Reason.IMAGE_EMPTY, "image size: 0 bytes (expected: an image file)");
    }
    Optional<ImageFormat> format = formatOf(head);
    if (format.isEmpty()) {
      throw new ImageRejectedException(
          Reason.IMAGE_UNSUPPORTED_TYPE,
          "image type: %s (expected: %s)".formatted(describe(head), ImageFormat.list()));
    }
    return format.get();
  }

  private static Optional<ImageFormat> formatOf(byte[] head) {
    if (has(head, 0, "\u00FF\u00D8\u00FF")) {
      return Optional.of(ImageFormat.JPEG);
    }
    if (has(head, 0, "\u0089PNG\r\n\u001A\n")) {
      return Optional.of(ImageFormat.PNG);
    }
    if (has(head, 0, "GIF87a") || has(head, 0, "GIF89a")) {
      return Optional.of(ImageFormat.GIF);
    }
    if (has(head, 0, "RIFF") && has(head, 8, "WEBP")) {
      return Optional.of(ImageFormat.WEBP);
    }
    if (has(head, 0, "II*\0") || has(head, 0, "MM\0*")) {
      return Optional.of(ImageFormat.TIFF);
    }
    return has(head, 0, "BM") ? Optional.of(ImageFormat.BMP) : Optional.empty();
  }

  private static String describe(byte[] head) {
    if (has(head, 4, "ftyp")) {
      return "ISO media (HEIC, AVIF or video)";
    }
    if (has(head, 0, "%PDF")) {
      return "PDF";
    }
    if (has(head, 0, "PK\u0003\u0004")) {
      return "ZIP";
    }
    if (has(head, 0, "\u001F\u008B")) {
      return "gzip";
    }
    int shown = Math.min(head.length, SHOWN_BYTES);
    String bytes = HexFormat.ofDelimiter(" ").formatHex(head, 0, shown);
    return isText(head, shown)
        ? "text beginning \"%s\"".formatted(oneLine(new String(head, 0, shown, ISO_8859_1)))
        : "unknown, first bytes " + bytes;
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  private static boolean isText(byte[] head, int count) {
    for (int i = 0; i < count; i++) {
      boolean printable = head[i] >= ' ' && head[i] < 0x7F;
      if (!printable && head[i] != '\n' && head[i] != '\r' && head[i] != '\t') {
        return false;
      }
    }
    return true;
  }

  private static boolean has(byte[] head, int position, String magic) {
    if (head.length < position + magic.length()) {
      return false;
    }
    for (int i = 0; i < magic.length(); i++) {
      if ((head[position + i] & 0xFF) != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
