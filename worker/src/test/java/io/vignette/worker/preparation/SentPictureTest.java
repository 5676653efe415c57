package io.vignette.worker.preparation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageLimits;
import io.vignette.images.codec.ImageDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentPictureTest {

  @ParameterizedTest
  @CsvSource({
    "100,50,100,50",
    "101,50,100,50",
    "400,300,100,75",
    "300,400,75,100",
    "1000,2,100,1",
    "2,1000,1,100",
    "8,5,8,5"
  })
  void scalesDownInItsOwnShapeAndNeverUp(int width, int height, int sentWidth, int sentHeight)
      throws Exception {
    DecodedImage image = new DecodedImage(width, height, new byte[3 * width * height]);

    byte[] file = new SentPicture(100).of(image);

    DecodedImage sent = new ImageDecoder().decode(file, ImageLimits.defaults());
    assertThat(sent.width()).isEqualTo(sentWidth);
    assertThat(sent.height()).isEqualTo(sentHeight);
  }

  @Test
  void refusesASideWithoutPixels() {
    assertThatThrownBy(() -> new SentPicture(0)).hasMessage("sideMax: 0 (expected: at least 1)");
  }
}
