package io.vignette.worker.batch;

import io.vignette.models.Model;
import io.vignette.models.ModelFiles;
import io.vignette.models.ModelProfile;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.InferenceItem;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Requests about pictures of one pixel, told apart by their first byte. */
final class Requests {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  static final Instant LATER = NOW.plusSeconds(60);
  static final Model MODEL = model("m", 16);

  private Requests() {}

  static Model model(String name, int preferred) {
    ModelProfile profile =
        new ModelProfile(
            1,
            name,
            "",
            "",
            "",
            new ModelProfile.Image(1, 1, ModelProfile.Resample.BICUBIC),
            new ModelProfile.Text("tokenizer.json", 32, 1, List.of(2), List.of(8, 32)),
            new ModelProfile.Templates("", "{}", "{}"),
            new ModelProfile.Generation(new ModelProfile.TokenRange(1, 8, 8)),
            new ModelProfile.Batch(preferred),
            new ModelProfile.Confidence(0));
    Path file = Path.of("file");
    return new Model(
        name, "1", profile, Optional.of(new ModelFiles(file, file, file)), 100, 2 * preferred, 8);
  }

  static BatchRequest bulk(int id) {
    return request(MODEL, id, 3, LATER, false, false);
  }

  static BatchRequest interactive(int id) {
    return request(MODEL, id, 3, LATER, true, false);
  }

  static BatchRequest alone(int id) {
    return request(MODEL, id, 3, LATER, false, true);
  }

  static BatchRequest withPromptTokens(int id, int promptTokens) {
    return request(MODEL, id, promptTokens, LATER, false, false);
  }

  static BatchRequest withDeadline(int id, Instant deadline) {
    return request(MODEL, id, 3, deadline, false, false);
  }

  static BatchRequest request(
      Model model, int id, int promptTokens, Instant deadline, boolean interactive, boolean alone) {
    EncodedPrompt prompt = new EncodedPrompt.Tokens(new long[promptTokens], 8);
    InferenceItem item = new InferenceItem(new byte[] {(byte) id, 0, 0}, List.of(prompt));
    return new BatchRequest(model, item, deadline, interactive, alone);
  }

  static int idOf(InferenceItem item) {
    return item.picture()[0];
  }
}
