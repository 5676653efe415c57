package io.vignette.images.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JpegEncoderTest {
  private final JpegEncoder encoder = new JpegEncoder(0.9);

  @ParameterizedTest
  @CsvSource({"1,1", "7,3", "64,48", "333,500"})
  void writesWhatTheDecoderReadsAgain(int width, int height) throws Exception {
    DecodedImage image = slope(width, height);

    byte[] file = encoder.encode(image);

    assertThat(Sniffer.sniff(file)).isEqualTo(ImageFormat.JPEG);
    DecodedImage read = new ImageDecoder().decode(file, ImageLimits.defaults());
    assertThat(read.width()).isEqualTo(width);
    assertThat(read.height()).isEqualTo(height);
    assertThat(meanDifference(image.rgb(), read.rgb())).isLessThan(6);
  }

  @Test
  void keepsColoursApart() throws Exception {
    byte[] rgb = new byte[3 * 32 * 32];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) 220;
      rgb[i + 1] = 60;
      rgb[i + 2] = 20;
    }

    DecodedImage read =
        new ImageDecoder()
            .decode(encoder.encode(new DecodedImage(32, 32, rgb)), ImageLimits.defaults());

    assertThat(read.rgb()[0] & 0xFF).isBetween(215, 225);
    assertThat(read.rgb()[1] & 0xFF).isBetween(55, 65);
    assertThat(read.rgb()[2] & 0xFF).isBetween(15, 25);
  }

  @Test
  void refusesAQualityOutOfRange() {
    assertThatThrownBy(() -> new JpegEncoder(1.1)).hasMessage("quality: 1.1 (expected: 0 to 1)");
    assertThatThrownBy(() -> new JpegEncoder(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static DecodedImage slope(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = 3 * (y * width + x);
        rgb[at] = (byte) Math.min(255, x);
        rgb[at + 1] = (byte) Math.min(255, y);
        rgb[at + 2] = (byte) Math.min(255, 128 + x / 4);
      }
    }
    return new DecodedImage(width, height, rgb);
  }

  private static double meanDifference(byte[] some, byte[] others) {
    long sum = 0;
    for (int i = 0; i < some.length; i++) {
      sum += Math.abs((some[i] & 0xFF) - (others[i] & 0xFF));
    }
    return (double) sum / some.length;
  }
}
