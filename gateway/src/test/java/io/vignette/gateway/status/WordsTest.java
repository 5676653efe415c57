package io.vignette.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordsTest {
  private final Words words = new Words();

  @Test
  void sameTextHasTheSameNumber() {
    int number = words.numberOf("worker-1");

    assertThat(words.numberOf("worker-1")).isEqualTo(number);
    assertThat(words.numberOf("worker-2")).isNotEqualTo(number);
    assertThat(words.text(number)).isEqualTo("worker-1");
  }

  @Test
  void emptyTextNeedsNoNumber() {
    assertThat(words.numberOf("")).isEqualTo(Words.NONE);
    assertThat(words.text(Words.NONE)).isEmpty();
  }

  @Test
  void afterTheLastNumberTextsStayWhereTheyAre() {
    for (int i = 1; i <= 65_535; i++) {
      assertThat(words.numberOf("word-" + i)).isEqualTo(i);
    }

    assertThat(words.numberOf("one more")).isEqualTo(Words.NONE);
    assertThat(words.text(65_535)).isEqualTo("word-65535");
  }
}
