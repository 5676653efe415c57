package io.vignette.models;

import java.nio.file.Path;
import java.util.List;

/** The numbers of a profile against the limits that graphs and tokenizer set. */
final class ProfileLimits {
  private final Path profileFile;
  private final Model model;
  private final Path ensembleFile;
  private final Path llmFile;

  ProfileLimits(Path profileFile, Model model, Path ensembleFile, Path llmFile) {
    this.profileFile = profileFile;
    this.model = model;
    this.ensembleFile = ensembleFile;
    this.llmFile = llmFile;
  }

  void check() throws InvalidModelException {
    checkName();
    ModelProfile profile = model.profile();
    requireAtMost(
        "batch.preferred",
        profile.batch().preferred(),
        model.maxBatchSize(),
        "max_batch_size in " + ensembleFile);
    requireAtMost(
        "generation.max_new_tokens.max",
        profile.generation().maxNewTokens().max(),
        model.maxNewTokens(),
        "dims of output_ids in " + llmFile);
    checkToken("text.pad_token_id", profile.text().padTokenId());
    List<Integer> eosTokenIds = profile.text().eosTokenIds();
    for (int i = 0; i < eosTokenIds.size(); i++) {
      checkToken("text.eos_token_ids[" + i + "]", eosTokenIds.get(i));
    }
  }

  private void checkName() throws InvalidModelException {
    if (!model.profile().name().equals(model.name())) {
      throw new InvalidModelException(
          profileFile,
          "name: %s (expected: %s, the folder's name)"
              .formatted(model.profile().name(), model.name()));
    }
  }

  private void checkToken(String field, int tokenId) throws InvalidModelException {
    requireAtMost(
        field, tokenId, model.vocabularySize() - 1, "the largest id in " + model.tokenizerFile());
  }

  private void requireAtMost(String field, int value, int limit, String source)
      throws InvalidModelException {
    if (value > limit) {
      throw new InvalidModelException(
          profileFile, "%s: %d (expected: at most %d, %s)".formatted(field, value, limit, source));
    }
  }
}
