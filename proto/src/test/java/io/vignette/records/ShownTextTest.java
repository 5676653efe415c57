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
