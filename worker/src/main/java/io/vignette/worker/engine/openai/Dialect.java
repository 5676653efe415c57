package io.vignette.worker.engine.openai;

import java.util.Optional;

/**
 * What servers write differently: some models of OpenAI's own refuse the fields that all other
 * servers know.
 *
 * @param tokenLimit name of the field that limits the answer
 * @param isGreedy whether the most likely answer is asked for ({@code temperature} 0)
 * @see <a href="https://platform.openai.com/docs/api-reference/chat/create">the interface</a>
 */
record Dialect(String tokenLimit, boolean isGreedy) {
  private static final String MAX_TOKENS = "max_tokens";
  private static final String MAX_COMPLETION_TOKENS = "max_completion_tokens";
  private static final String TEMPERATURE = "temperature";

  /** What every server but OpenAI's newer models understands. */
  static final Dialect COMMON = new Dialect(MAX_TOKENS, true);

  /**
   * The dialect of a server that refused a field of this one.
   *
   * @return empty if there is no other way to say it
   */
  Optional<Dialect> without(String field) {
    if (field.equals(MAX_TOKENS) && tokenLimit.equals(MAX_TOKENS)) {
      return Optional.of(new Dialect(MAX_COMPLETION_TOKENS, isGreedy));
    }
    if (field.equals(TEMPERATURE) && isGreedy) {
      return Optional.of(new Dialect(tokenLimit, false));
    }
    return Optional.empty();
  }
}
