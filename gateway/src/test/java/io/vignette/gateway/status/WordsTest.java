package io.vignette.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
  void threadsThatAddAtOnceAgree() throws Exception {
    int texts = 20_000;
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<int[]>> numbers = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        numbers.add(
            threads.submit(
                () -> IntStream.range(0, texts).map(i -> words.numberOf("word-" + i)).toArray()));
      }
      int[] first = numbers.getFirst().get(30, TimeUnit.SECONDS);
      for (Future<int[]> other : numbers) {
        assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo(first);
      }
      for (int i = 0; i < texts; i++) {
        assertThat(words.text(first[i])).isEqualTo("word-" + i);
      }
    }
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
