package io.vignette.worker.prompt;

import io.vignette.models.Model;
import io.vignette.models.ModelProfile;
import io.vignette.proto.v1.Generation;
import io.vignette.wire.Reason;

/** How long an answer may become. */
final class NewTokens {
  private NewTokens() {}

  static int of(Model model, Generation generation) throws PromptRejectedException {
    ModelProfile.TokenRange range = model.profile().generation().maxNewTokens();
    int asked = generation.getMaxNewTokens();
    if (asked == 0) {
      return range.standard();
    }
    if (asked < range.min() || asked > range.max()) {
      throw new PromptRejectedException(
          asked > range.max() ? Reason.GENERATION_TOO_LONG : Reason.GENERATION_UNSUPPORTED,
          "max_new_tokens: %d (expected: %d to %d)".formatted(asked, range.min(), range.max()));
    }
    return asked;
  }
}
