package io.vignette.worker.engine.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.worker.engine.InferenceFailure.Kind;
import java.nio.LongBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowAnswerTest {
  private static final int VOCABULARY = 100;

  @Test
  void takesTheGeneratedTokensOnly() {
    RowAnswer answer = RowAnswer.of(ids(7, 2, 1, 1), 2, -0.25f, 4, VOCABULARY);

    assertThat(answer)
        .isInstanceOfSatisfying(
            RowAnswer.Written.class,
            written -> {
              assertThat(written.text().tokenIds()).containsExactly(7, 2);
              assertThat(written.text().score()).isEqualTo(-0.25);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "0, -1, 5, output length: 0 (expected: 1 to 3)",
    "4, -1, 5, output length: 4 (expected: 1 to 3)",
    "2, NaN, 5, score: NaN (expected: a number)",
    "2, 0.5, 5, 'score: 0.5 (expected: at most 0, a logarithm of a probability)'",
    "2, -Infinity, 5, score: -Infinity (expected: a number)",
    "2, -1, 100, token: 100 (expected: 0 to 99)",
    "2, -1, -1, token: -1 (expected: 0 to 99)"
  })
  void anAnswerThatIsNoneIsDegenerate(long length, float score, long token, String message) {
    RowAnswer answer = RowAnswer.of(ids(1, token, 1, 1), length, score, 3, VOCABULARY);

    assertThat(answer)
        .isInstanceOfSatisfying(
            RowAnswer.Degenerate.class,
            degenerate -> {
              assertThat(degenerate.failure()).hasMessage(message);
              assertThat(degenerate.failure().kind()).isEqualTo(Kind.DEGENERATE);
            });
  }

  @Test
  void aScoreRoundedAboveZeroIsZero() {
    RowAnswer answer = RowAnswer.of(ids(7, 2), 2, 0.001f, 2, VOCABULARY);

    assertThat(answer)
        .isInstanceOfSatisfying(
            RowAnswer.Written.class, written -> assertThat(written.text().score()).isZero());
  }

  private static LongBuffer ids(long... ids) {
    return LongBuffer.wrap(ids);
  }
}
