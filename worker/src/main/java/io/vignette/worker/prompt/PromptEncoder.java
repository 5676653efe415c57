package io.vignette.worker.prompt;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.vignette.models.Model;
import io.vignette.proto.v1.Answer.FinishReason;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Prompt;
import io.vignette.wire.Reason;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.GeneratedText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Turns prompts into what one model's language model reads, and its answers into text.
 *
 * <p>Thread-safe. Tokenises in native code, which DJL unpacks once to the folder that {@code
 * DJL_CACHE_DIR} (environment or system property) names, by default {@code ~/.djl.ai}; nothing is
 * ever downloaded.
 */
public final class PromptEncoder implements AutoCloseable {
  private static final Map<String, String> TOKENIZER_OPTIONS =
      Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false");

  private final Model model;
  private final HuggingFaceTokenizer tokenizer;
  private final PromptTemplates templates;

  private PromptEncoder(Model model, HuggingFaceTokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.templates = new PromptTemplates(model.profile());
  }

  /**
   * Loads a model's tokenizer.
   *
   * @throws IOException if the file is no tokenizer or the native library cannot be loaded; the
   *     model cannot be served
   */
  public static PromptEncoder load(Model model) throws IOException {
    // Before DJL's first class: else a machine with CUDA makes it look for another build online.
    System.setProperty("ai.djl.offline", "true");
    try (InputStream file = Files.newInputStream(model.tokenizerFile())) {
      return new PromptEncoder(model, HuggingFaceTokenizer.newInstance(file, TOKENIZER_OPTIONS));
    } catch (RuntimeException | LinkageError e) {
      throw new IOException(model.tokenizerFile() + ": cannot be loaded: " + e, e);
    }
  }

  /**
   * Encodes the prompts of one job.
   *
   * @param prompts none = one plain caption
   * @throws PromptRejectedException if the model cannot take one of them, or not that many new
   *     tokens; the job fails with its reason
   */
  public List<EncodedPrompt> encode(List<Prompt> prompts, Generation generation)
      throws PromptRejectedException {
    int maxNewTokens = NewTokens.of(model, generation);
    List<Prompt> asked = prompts.isEmpty() ? List.of(PromptTemplates.CAPTION) : prompts;
    List<EncodedPrompt> encoded = new ArrayList<>(asked.size());
    for (Prompt prompt : asked) {
      encoded.add(new EncodedPrompt.Tokens(tokenize(templates.textOf(prompt)), maxNewTokens));
    }
    return encoded;
  }

  private long[] tokenize(String text) throws PromptRejectedException {
    long[] tokenIds = tokenizer.encode(text, true, false).getIds();
    int limit = model.profile().text().maxPromptTokens();
    if (tokenIds.length > limit) {
      throw new PromptRejectedException(
          Reason.PROMPT_TOO_LONG,
          "prompt: %d tokens (expected: at most %d)".formatted(tokenIds.length, limit));
    }
    return tokenIds;
  }

  /** The words of an answer: no special tokens, no space around them. */
  public String decode(long[] tokenIds) {
    return tokenizer.decode(tokenIds, true).strip();
  }

  /** Whether the model ended its sentence or was cut off. */
  public FinishReason finishReason(GeneratedText.Tokens text) {
    long[] tokenIds = text.tokenIds();
    boolean ended =
        tokenIds.length > 0
            && model
                .profile()
                .text()
                .eosTokenIds()
                .contains(Math.toIntExact(tokenIds[tokenIds.length - 1]));
    return ended ? FinishReason.STOP : FinishReason.LENGTH;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
