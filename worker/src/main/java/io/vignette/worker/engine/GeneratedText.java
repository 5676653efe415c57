package io.vignette.worker.engine;

/** An answer as the model wrote it: token ids, or words where the model's server reads them. */
public sealed interface GeneratedText {

  /**
   * The answer of an engine that computes on tokens.
   *
   * @throws IllegalStateException if it is of another
   */
  default Tokens tokens() {
    throw new IllegalStateException("answer: words (expected: tokens)");
  }

  /**
   * An answer as a language model writes it.
   *
   * @param tokenIds generated tokens, the ending one included where there is one; not to be changed
   *     by anyone
   * @param score mean log-probability of the generated tokens; at most 0, never NaN
   */
  @SuppressWarnings("ArrayRecordComponent") // Hot path; equality of answers is never asked for.
  record Tokens(long[] tokenIds, double score) implements GeneratedText {
    @Override
    public Tokens tokens() {
      return this;
    }
  }

  /**
   * An answer as people read it. It has no score: servers that write words don't agree on one.
   *
   * @param text without space around it
   * @param isComplete whether the model ended by itself; else the limit of tokens cut it short
   * @param promptTokens tokens of the prompt, the picture's included; 0 if nobody said
   * @param outputTokens tokens of the answer; 0 if nobody said
   */
  record Words(String text, boolean isComplete, int promptTokens, int outputTokens)
      implements GeneratedText {}
}
