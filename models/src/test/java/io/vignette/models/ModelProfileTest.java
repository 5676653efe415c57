package io.vignette.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelProfileTest {
  private final ModelProfile.Text text =
      new ModelProfile.Text("tokenizer.json", 80, 1, List.of(2), List.of(8, 16, 80));

  @ParameterizedTest
  @CsvSource({"0,8", "1,8", "8,8", "9,16", "16,16", "17,80", "80,80"})
  void bucketIsTheSmallestThatHoldsThePrompt(int promptTokens, int bucket) {
    assertThat(text.bucketFor(promptTokens)).isEqualTo(bucket);
  }

  @Test
  void noBucketHoldsMoreThanTheLargest() {
    assertThatThrownBy(() -> text.bucketFor(81))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("prompt tokens: 81 (expected: at most 80)");
  }
}
