package io.vignette.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ImageLimitsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void defaultsAreThoseOfTheDocumentation() {
    assertThat(ImageLimits.defaults())
        .isEqualTo(
            new ImageLimits(
                67_108_864, 100_000_000, Duration.ofSeconds(5), Duration.ofSeconds(20)));
  }

  @Test
  void aRasterMayTakeFourBytesForEachPixelAllowed() {
    assertThat(ImageLimits.defaults().maxRasterBytes()).isEqualTo(400_000_000);
    assertThat(new ImageLimits(1, 715_827_879, SECOND, SECOND).maxRasterBytes())
        .isEqualTo(2_863_311_516L);
  }

  @Test
  void refusesWhatNoArrayCouldHold() {
    assertThatThrownBy(() -> new ImageLimits(1, 1_000_000_000, SECOND, SECOND))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxPixels: 1000000000 (expected: between 1 and 715827879)");
    assertThatThrownBy(() -> new ImageLimits(1L << 31, 1, SECOND, SECOND))
        .hasMessageStartingWith("maxBytes: 2147483648");
  }

  @Test
  void refusesNothingAndNoTime() {
    assertThatThrownBy(() -> new ImageLimits(0, 1, SECOND, SECOND))
        .hasMessageStartingWith("maxBytes: 0");
    assertThatThrownBy(() -> new ImageLimits(1, 1, Duration.ZERO, SECOND))
        .hasMessageStartingWith("connectTimeout: PT0S");
    assertThatThrownBy(() -> new ImageLimits(1, 1, SECOND, SECOND.negated()))
        .hasMessageStartingWith("fetchTimeout: PT-1S");
  }
}
