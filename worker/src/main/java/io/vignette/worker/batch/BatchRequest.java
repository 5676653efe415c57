package io.vignette.worker.batch;

import io.vignette.models.Model;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceItem;
import java.time.Instant;
import java.util.Optional;

/**
 * A picture that wants company.
 *
 * @param deadline after which its answer is worthless
 * @param interactive somebody waits: goes ahead of the others
 * @param alone never shares a batch: a suspect, or a measurement
 * @param boarded told when a batch with it goes to the engine, which may be more than once; must
 *     not block or throw
 */
public record BatchRequest(
    Model model,
    InferenceItem item,
    Instant deadline,
    boolean interactive,
    boolean alone,
    Runnable boarded) {

  /** A request whose sender does not care when it is in a batch. */
  public BatchRequest(
      Model model, InferenceItem item, Instant deadline, boolean interactive, boolean alone) {
    this(model, item, deadline, interactive, alone, () -> {});
  }

  /** What makes the request fail in any batch; such a request must not break one. */
  Optional<InferenceFailure> misfit() {
    Optional<InferenceFailure> itself = item.misfit(model);
    if (itself.isPresent()) {
      return itself;
    }
    if (item.prompts().isEmpty()) {
      return invalid("prompts: %d", 0, "at least %d", 1);
    }
    int promptTokensMax = model.profile().text().maxPromptTokens();
    if (item.longestPrompt() > promptTokensMax) {
      return invalid("prompt tokens: %d", item.longestPrompt(), "at most %d", promptTokensMax);
    }
    return item.prompts().stream()
        .map(EncodedPrompt::maxNewTokens)
        .filter(tokens -> tokens < 1 || tokens > model.maxNewTokens())
        .findFirst()
        .flatMap(tokens -> invalid("new tokens: %d", tokens, "1 to %d", model.maxNewTokens()));
  }

  private static Optional<InferenceFailure> invalid(
      String what, int value, String expectation, int limit) {
    return Optional.of(
        InferenceFailure.invalidInput(
            what.formatted(value) + " (expected: " + expectation.formatted(limit) + ")"));
  }
}
