package io.vignette.worker.engine;

/** A prompt as the model takes it: token ids, or words where the model's server tokenises. */
public sealed interface EncodedPrompt {

  /**
   * Most tokens of the answer; at least 1, at most the model's {@code maxNewTokens()}.
   *
   * @see io.vignette.models.Model#maxNewTokens()
   */
  int maxNewTokens();

  /** Tokens of the prompt; 0 where the model's server counts them. */
  int length();

  /**
   * The prompt for an engine that computes on tokens.
   *
   * @throws IllegalStateException if it has none; the batcher lets no such request through
   */
  default Tokens tokens() {
    throw new IllegalStateException("prompt: words (expected: tokens)");
  }

  /**
   * A prompt as a language model reads it.
   *
   * @param tokenIds unpadded; may be empty; not to be changed by anyone
   */
  @SuppressWarnings("ArrayRecordComponent") // Hot path; equality of prompts is never asked for.
  record Tokens(long[] tokenIds, int maxNewTokens) implements EncodedPrompt {
    @Override
    public int length() {
      return tokenIds.length;
    }

    @Override
    public Tokens tokens() {
      return this;
    }
  }

  /**
   * A prompt as people read it.
   *
   * @param text not blank
   */
  record Words(String text, int maxNewTokens) implements EncodedPrompt {
    @Override
    public int length() {
      return 0;
    }
  }
}
