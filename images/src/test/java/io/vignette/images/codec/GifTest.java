package io.vignette.images.codec;

import static io.vignette.images.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageLimits;
import io.vignette.wire.Reason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GifTest {
  private static final String SCREEN = "474946383961" + "0100" + "0100" + "000000";
  private static final String IMAGE = "2c" + "00000000";
  private static final String END = "00" + "3b";

  private final ImageDecoder decoder = new ImageDecoder();

  /** Clear and end, and a single pixel between the two. */
  @ParameterizedTest
  @CsvSource({"012c, 0", "024c01, 1"})
  void aFrameOfNearlyNothingIsDamaged(String block, int pixels) {
    byte[] file = bytes(SCREEN + IMAGE + "10271027" + "00" + "02" + block + END);

    assertRejected(Reason.IMAGE_CORRUPT, () -> decoder.decode(file, ImageLimits.defaults()))
        .hasMessage(
            "GIF frame: pixels end after %d (expected: 100000000, of 10000x10000)"
                .formatted(pixels));
  }

  /** Four pixels of the second colour: clear, 1, 6 (the two after it), 1, end. */
  @ParameterizedTest
  @CsvSource({"0100, 0400, true", "0200, 0200, true", "0500, 0100, false", "0300, 0200, false"})
  void aFrameNeedsAllItsPixels(String width, String height, boolean isWhole) throws Exception {
    byte[] file = bytes(SCREEN + IMAGE + width + height + "00" + "02" + "028c53" + END);

    if (isWhole) {
      DecodedImage image = decoder.decode(file, ImageLimits.defaults());
      assertThat(image.width() * image.height()).isEqualTo(4);
    } else {
      assertRejected(Reason.IMAGE_CORRUPT, () -> decoder.decode(file, ImageLimits.defaults()))
          .hasMessageStartingWith("GIF frame: pixels end after 4 ");
    }
  }

  /** The table of codes fills up and begins anew, and strings get long. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16, 256})
  void aWholeFrameIsDecoded(int colours) throws Exception {
    BufferedImage picture = new BufferedImage(300, 200, BufferedImage.TYPE_BYTE_INDEXED);
    Random random = new Random(7);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        picture.getRaster().setSample(x, y, 0, random.nextInt(colours));
      }
    }

    DecodedImage image = decoder.decode(gif(picture), ImageLimits.defaults());

    assertThat(image.width()).isEqualTo(300);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        int at = 3 * (300 * y + x);
        int rgb =
            (image.rgb()[at] & 0xFF) << 16
                | (image.rgb()[at + 1] & 0xFF) << 8
                | image.rgb()[at + 2] & 0xFF;
        assertThat(rgb).isEqualTo(picture.getRGB(x, y) & 0xFFFFFF);
      }
    }
  }

  private static byte[] gif(BufferedImage picture) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture, "gif", out);
    return out.toByteArray();
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
