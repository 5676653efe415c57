package io.vignette.images.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebpTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "1000, 3200", "163840, 524288", "67108864, 524288"})
  void tablesTakeAsMuchAsTheFileCanName(int bytes, int kibibytes) {
    assertThat(Webp.tableKibibytes(bytes)).isEqualTo(kibibytes);
  }
}
