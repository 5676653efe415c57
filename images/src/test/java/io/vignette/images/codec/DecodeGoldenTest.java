package io.vignette.images.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.images.DecodedImage;
import io.vignette.images.Goldens;
import io.vignette.images.ImageLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The expected pixels are read by Image I/O directly, not by the code under test. */
class DecodeGoldenTest {
  // See README.md: the decoder of lossy WebP enlarges colour planes and converts them its own way.
  private static final Set<String> EXCEPTIONS = Set.of("webp-lossy.webp", "webp-lossy-alpha.webp");

  private static final double MEAN_DIFFERENCE_MAX = 5.0;

  static List<String> pictures() {
    return Goldens.pictures().stream().filter(name -> !EXCEPTIONS.contains(name)).toList();
  }

  static Set<String> exceptions() {
    return EXCEPTIONS;
  }

  @Test
  void thereAreGoldens() {
    assertThat(pictures()).hasSizeGreaterThanOrEqualTo(40);
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void equalsTheReferenceByteForByte(String name) throws Exception {
    DecodedImage expected = expected(name);

    DecodedImage decoded = decode(name);

    assertThat(decoded.width()).isEqualTo(expected.width());
    assertThat(decoded.height()).isEqualTo(expected.height());
    assertThat(decoded.rgb()).isEqualTo(expected.rgb());
  }

  @ParameterizedTest
  @MethodSource("exceptions")
  void isCloseToTheReferenceInTheMean(String name) throws Exception {
    byte[] expected = expected(name).rgb();

    byte[] decoded = decode(name).rgb();

    long sum = 0;
    for (int i = 0; i < expected.length; i++) {
      sum += Math.abs((expected[i] & 0xFF) - (decoded[i] & 0xFF));
    }
    assertThat((double) sum / expected.length).isLessThan(MEAN_DIFFERENCE_MAX);
  }

  private static DecodedImage decode(String name) throws Exception {
    return new ImageDecoder().decode(Goldens.bytes("decode", name), ImageLimits.defaults());
  }

  private static DecodedImage expected(String name) throws IOException {
    String stem = name.substring(0, name.lastIndexOf('.'));
    boolean turned = Files.exists(Goldens.folder("decode").resolve(stem + ".transposed.png"));
    String file = stem + (turned ? ".transposed.png" : ".expected.png");
    var picture = ImageIO.read(new ByteArrayInputStream(Goldens.bytes("decode", file)));
    byte[] rgb = new byte[3 * picture.getWidth() * picture.getHeight()];
    for (int i = 0; i < rgb.length; i++) {
      int pixel = picture.getRGB(i / 3 % picture.getWidth(), i / 3 / picture.getWidth());
      rgb[i] = (byte) (pixel >> (16 - 8 * (i % 3)));
    }
    return new DecodedImage(picture.getWidth(), picture.getHeight(), rgb);
  }
}
