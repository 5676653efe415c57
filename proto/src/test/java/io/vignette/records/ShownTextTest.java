package io.vignette.records;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShownTextTest {

  @Test
  void shortTextOfOneLineIsShownAsItIs() {
    assertThat(ShownText.of("grün 😀")).isEqualTo("grün 😀");
  }

  @Test
  void whatEndsALineOrIsInvisibleIsAQuestionMark() {
    assertThat(ShownText.of("a\nb\rc\u0000d\u2028e\u0085f\u001bg")).isEqualTo("a?b?c?d?e?f?g");
  }

  /** Behind one of these a viewer may show the rest of a line from right to left. */
  @Test
  void whatTurnsTheDirectionRoundIsAQuestionMark() {
    assertThat(ShownText.of("a\u202ab\u202ec\u2066d\u2069e")).isEqualTo("a?b?c?d?e");
    assertThat(ShownText.of("\u200f\u05e9")).isEqualTo("\u200f\u05e9");
  }

  @Test
  void longTextIsCut() {
    assertThat(ShownText.of("x".repeat(81))).isEqualTo("x".repeat(80) + "…");
    assertThat(ShownText.of("x".repeat(80))).hasSize(80);
  }

  @Test
  void noCharacterIsCutInTwo() {
    assertThat(ShownText.of("ab😀", 3)).isEqualTo("ab…");
  }
}
