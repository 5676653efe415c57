package io.vignette.worker.engine.rows;

import io.vignette.models.Model;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceFailure;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

/** What the language model made of one row. */
public sealed interface RowAnswer {

  /** Half precision rounds the logarithm of 1 to a little above 0. */
  float SCORE_ROUNDING = 0.01f;

  /** An answer that is a text. */
  record Written(GeneratedText.Tokens text) implements RowAnswer {}

  /** An answer that is none; concerns this row only. */
  record Degenerate(InferenceFailure failure) implements RowAnswer {}

  /**
   * Reads the outputs of a run.
   *
   * @param ids [rows, N]
   * @param lengths [rows]
   * @param scores [rows]
   */
  static List<RowAnswer> read(
      LongBuffer ids, LongBuffer lengths, FloatBuffer scores, List<Row> rows, Model model) {
    int width = ids.remaining() / rows.size();
    List<RowAnswer> answers = new ArrayList<>(rows.size());
    for (int row = 0; row < rows.size(); row++) {
      LongBuffer own = ids.slice(row * width, width);
      int limit = Math.min(rows.get(row).prompt().maxNewTokens(), width);
      answers.add(of(own, lengths.get(row), scores.get(row), limit, model.vocabularySize()));
    }
    return answers;
  }

  /**
   * Checks and takes one row.
   *
   * @param ids of which the first {@code length} were generated
   * @param limit most tokens the row may have
   */
  static RowAnswer of(LongBuffer ids, long length, float score, int limit, int vocabularySize) {
    if (length < 1 || length > limit) {
      return degenerate("output length: %d (expected: 1 to %d)".formatted(length, limit));
    }
    if (!Float.isFinite(score)) {
      return degenerate("score: %s (expected: a number)".formatted(score));
    }
    if (score > SCORE_ROUNDING) {
      return degenerate(
          "score: %s (expected: at most 0, a logarithm of a probability)".formatted(score));
    }
    long[] tokenIds = new long[(int) length];
    ids.get(0, tokenIds);
    for (long id : tokenIds) {
      if (id < 0 || id >= vocabularySize) {
        return degenerate("token: %d (expected: 0 to %d)".formatted(id, vocabularySize - 1));
      }
    }
    return new Written(new GeneratedText.Tokens(tokenIds, Math.min(score, 0)));
  }

  private static RowAnswer degenerate(String message) {
    return new Degenerate(InferenceFailure.degenerate(message));
  }
}
