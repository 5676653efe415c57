package io.vignette.images.codec;

import static io.vignette.images.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.images.Goldens;
import io.vignette.wire.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SnifferTest {
  static List<String> pictures() {
    return Goldens.pictures();
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void knowsEveryFormatByTwelveBytes(String name) throws Exception {
    byte[] head = Arrays.copyOf(Goldens.bytes("decode", name), 12);

    String format = Sniffer.sniff(head).name().toLowerCase(Locale.ROOT);

    assertThat(name).startsWith(format);
  }

  @Test
  void namesTextAndListsWhatIsSupported() {
    assertRejected(Reason.IMAGE_UNSUPPORTED_TYPE, () -> Sniffer.sniff(ascii("Hello, I am a PNG")))
        .hasMessage(
            "image type: text beginning \"Hello, I\""
                + " (expected: JPEG, PNG, BMP, GIF, WEBP, TIFF)");
  }

  @Test
  void showsTextOnOneLine() {
    assertRejected(Reason.IMAGE_UNSUPPORTED_TYPE, () -> Sniffer.sniff(ascii("a\r\nb\n\nc")))
        .hasMessageContaining("\"a b c\"");
  }

  @Test
  void namesTheFirstBytesOfTheUnknown() {
    assertRejected(Reason.IMAGE_UNSUPPORTED_TYPE, () -> Sniffer.sniff(new byte[] {1, 2, -1}))
        .hasMessageContaining("unknown, first bytes 01 02 ff");
  }

  @Test
  void namesWhatPeopleSendByMistake() {
    assertRejected(Reason.IMAGE_UNSUPPORTED_TYPE, () -> Sniffer.sniff(ascii("%PDF-1.7")))
        .hasMessageContaining("PDF");
    assertRejected(
            Reason.IMAGE_UNSUPPORTED_TYPE, () -> Sniffer.sniff(ascii("\0\0\0\u0018ftypheic")))
        .hasMessageContaining("HEIC");
  }

  @Test
  void refusesTheEmptyFile() {
    assertRejected(Reason.IMAGE_EMPTY, () -> Sniffer.sniff(new byte[0]))
        .hasMessage("image size: 0 bytes (expected: an image file)");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
