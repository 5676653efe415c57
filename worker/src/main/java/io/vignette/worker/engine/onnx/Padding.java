package io.vignette.worker.engine.onnx;

import io.vignette.models.ModelProfile;
import java.nio.LongBuffer;
import java.util.List;

/**
 * The prompts of a run as rectangular tensors: padded on the left to one of the model's lengths.
 *
 * <p>On the left, so that every row's answer begins right behind its prompt.
 */
final class Padding {
  private final int length;
  private final LongBuffer inputIds;
  private final LongBuffer attentionMask;
  private final LongBuffer maxNewTokens;

  Padding(ModelProfile.Text text, List<Row> rows, Scratch scratch) {
    int longest = rows.stream().mapToInt(row -> row.prompt().tokenIds().length).max().orElse(0);
    length = text.bucketFor(longest);
    inputIds = scratch.longs(Scratch.Use.INPUT_IDS, rows.size() * length);
    attentionMask = scratch.longs(Scratch.Use.ATTENTION_MASK, rows.size() * length);
    maxNewTokens = scratch.longs(Scratch.Use.MAX_NEW_TOKENS, rows.size());
    rows.forEach(row -> append(row, text.padTokenId()));
    inputIds.flip();
    attentionMask.flip();
    maxNewTokens.flip();
  }

  private void append(Row row, int padTokenId) {
    long[] tokenIds = row.prompt().tokenIds();
    for (int i = tokenIds.length; i < length; i++) {
      inputIds.put(padTokenId);
      attentionMask.put(0);
    }
    inputIds.put(tokenIds);
    for (int i = 0; i < tokenIds.length; i++) {
      attentionMask.put(1);
    }
    maxNewTokens.put(row.prompt().maxNewTokens());
  }

  /** Tokens a row. */
  int length() {
    return length;
  }

  LongBuffer inputIds() {
    return inputIds;
  }

  LongBuffer attentionMask() {
    return attentionMask;
  }

  LongBuffer maxNewTokens() {
    return maxNewTokens;
  }
}
