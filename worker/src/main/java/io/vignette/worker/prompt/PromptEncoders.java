package io.vignette.worker.prompt;

import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The prompt encoders of a repository's models that take tokens.
 *
 * <p>Thread-safe.
 */
public final class PromptEncoders implements AutoCloseable {
  private final Map<String, PromptEncoder> byModel;

  private PromptEncoders(Map<String, PromptEncoder> byModel) {
    this.byModel = Map.copyOf(byModel);
  }

  /**
   * Loads every tokenizer; takes some hundred milliseconds.
   *
   * @throws IOException if one cannot be loaded; the models cannot be served
   */
  public static PromptEncoders load(ModelRepository repository) throws IOException {
    Map<String, PromptEncoder> byModel = new HashMap<>();
    for (Model model : repository.models()) {
      if (!model.takesWords()) {
        byModel.put(model.name(), PromptEncoder.load(model));
      }
    }
    return new PromptEncoders(byModel);
  }

  /**
   * The encoder of a model of the repository.
   *
   * @throws IllegalArgumentException if it is not of the repository; a programming error
   */
  public PromptEncoder of(Model model) {
    PromptEncoder encoder = byModel.get(model.name());
    if (encoder == null) {
      throw new IllegalArgumentException(
          "model: %s (expected: one of %s)".formatted(model.name(), byModel.keySet()));
    }
    return encoder;
  }

  @Override
  public void close() {
    byModel.values().forEach(PromptEncoder::close);
  }
}
