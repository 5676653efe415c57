package io.vignette.images.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.images.DecodedImage;
import io.vignette.images.EncodedImage;
import io.vignette.images.Goldens;
import io.vignette.images.ImageLimits;
import io.vignette.images.codec.ImageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BicubicResizeTest {
  private static final Pattern CASE =
      Pattern.compile(
          "\"file\": \"([^\"]+)\".*?\"target_width\": (\\d+), \"target_height\": (\\d+),"
              + " \"sha256\": \"([0-9a-f]+)\"");

  record Golden(String file, int width, int height, String sha256) {}

  static List<Golden> goldens() {
    String json = new String(Goldens.bytes("resize", "golden.json"), StandardCharsets.UTF_8);
    return CASE.matcher(json)
        .results()
        .map(
            found ->
                new Golden(
                    found.group(1),
                    Integer.parseInt(found.group(2)),
                    Integer.parseInt(found.group(3)),
                    found.group(4)))
        .toList();
  }

  @Test
  void thereAreGoldens() {
    assertThat(goldens()).hasSizeGreaterThanOrEqualTo(60);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void equalsTheReferenceByteForByte(Golden golden) throws Exception {
    DecodedImage source =
        new ImageDecoder().decode(Goldens.bytes("resize", golden.file()), ImageLimits.defaults());

    byte[] resized = BicubicResize.resize(source, golden.width(), golden.height());

    assertThat(new EncodedImage(resized).sha256()).isEqualTo(golden.sha256());
  }

  @ParameterizedTest
  @MethodSource("onePixelWideExtremes")
  void takesPicturesOfExtremeShape(DecodedImage source) {
    byte[] resized = BicubicResize.resize(source, 16, 16);

    assertThat(resized).hasSize(3 * 16 * 16).containsOnly(7);
  }

  static Stream<DecodedImage> onePixelWideExtremes() {
    return Stream.of(plain(1, 1_000_000, 7), plain(1_000_000, 1, 7));
  }

  @Test
  void doesNotHandOutTheSourcesOwnArray() {
    DecodedImage source = plain(4, 4, 9);

    assertThat(BicubicResize.resize(source, 4, 4)).isNotSameAs(source.rgb()).containsOnly(9);
  }

  @Test
  void clampsTheOvershootAtHardEdges() {
    byte[] stripes = new byte[3 * 8];
    for (int i = 12; i < 24; i++) {
      stripes[i] = (byte) 255;
    }

    byte[] resized = BicubicResize.resize(new DecodedImage(8, 1, stripes), 64, 1);

    assertThat(resized[0]).isZero();
    assertThat(resized[resized.length - 1]).isEqualTo((byte) 255);
  }

  @Test
  void refusesAnImageWhoseSizeAndBytesDisagree() {
    assertThatThrownBy(() -> new DecodedImage(2, 2, new byte[11]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("11 bytes for 2x2");
  }

  private static DecodedImage plain(int width, int height, int grey) {
    byte[] rgb = new byte[3 * width * height];
    Arrays.fill(rgb, (byte) grey);
    return new DecodedImage(width, height, rgb);
  }
}
