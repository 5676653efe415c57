package io.vignette.images.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowToRgbTest {

  @Test
  void packedSamplesAreSpreadOverAByte() {
    byte[] rgb = new byte[6];

    RowToRgb.scaled(3, new int[] {5, 6, 5}).convert(new int[] {31, 63, 0, 16, 32, 1}, rgb, 0);

    assertThat(rgb).containsExactly(255, 255, 0, 131, 129, 8);
  }

  @Test
  void coloursOfNoBitsAreBlackAndOfAllBitsInRange() {
    byte[] rgb = new byte[3];

    RowToRgb.scaled(3, new int[] {0, 32, 8}).convert(new int[] {7, -1, 200}, rgb, 0);

    assertThat(rgb).containsExactly(0, 255, 200);
  }
}
