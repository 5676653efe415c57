package io.vignette.worker.engine.rows;

import io.vignette.models.ModelProfile;
import java.nio.LongBuffer;
import java.util.List;

/**
 * The prompts of a run as rectangular tensors: padded on the left to one of the model's lengths.
 *
 * <p>On the left, so that every row's answer begins right behind its prompt. Each tensor is written
 * into a buffer of the caller's, which comes back ready to be read.
 */
public final class Padding {
  private final List<Row> rows;
  private final int padTokenId;
  private final int length;

  public Padding(ModelProfile.Text text, List<Row> rows) {
    this.rows = List.copyOf(rows);
    this.padTokenId = text.padTokenId();
    this.length =
        text.bucketFor(
            rows.stream().mapToInt(row -> row.prompt().tokenIds().length).max().orElse(0));
  }

  /** Tokens a row. */
  public int length() {
    return length;
  }

  /** Tokens of all rows. */
  public int size() {
    return rows.size() * length;
  }

  /** [rows, length]. */
  public LongBuffer inputIds(LongBuffer target) {
    for (Row row : rows) {
      long[] tokenIds = row.prompt().tokenIds();
      fill(target, padTokenId, length - tokenIds.length);
      target.put(tokenIds);
    }
    return target.flip();
  }

  /** [rows, length]: 0 where the token is padding. */
  public LongBuffer attentionMask(LongBuffer target) {
    for (Row row : rows) {
      int tokens = row.prompt().tokenIds().length;
      fill(target, 0, length - tokens);
      fill(target, 1, tokens);
    }
    return target.flip();
  }

  /** [rows]. */
  public LongBuffer maxNewTokens(LongBuffer target) {
    rows.forEach(row -> target.put(row.prompt().maxNewTokens()));
    return target.flip();
  }

  private static void fill(LongBuffer target, long value, int count) {
    for (int i = 0; i < count; i++) {
      target.put(value);
    }
  }
}
