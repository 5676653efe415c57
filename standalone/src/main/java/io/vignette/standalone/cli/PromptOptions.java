package io.vignette.standalone.cli;

import io.vignette.gateway.admission.Admission;
import io.vignette.gateway.admission.AdmissionLimits;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Prompt;
import io.vignette.standalone.output.CaptionRecord;
import io.vignette.standalone.output.CaptionRecord.QuestionAnswer;
import io.vignette.wire.Reason;
import io.vignette.wire.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is asked about every picture. */
final class PromptOptions {

  /** A token is at least one character of a text; nobody's prompt needs sixteen a token. */
  private static final int CHARACTERS_PER_TOKEN_MAX = 16;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "A beginning that the caption continues, for example \"a photo of\".")
  private @Nullable String prompt;

  @Option(
      names = "--question",
      paramLabel = "TEXT",
      description =
          "A question to answer; repeat it for several. Without --prompt no caption is made.")
  private List<String> questions = new ArrayList<>();

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "The longest answer, in tokens (default: the model's).")
  private @Nullable Integer maxNewTokens;

  List<Prompt> prompts() throws UsageException {
    List<Prompt> prompts = new ArrayList<>();
    if (prompt != null) {
      prompts.add(prompt(Prompt.Kind.PREFIX, "--prompt", prompt));
    }
    for (String question : questions) {
      prompts.add(prompt(Prompt.Kind.QUESTION, "--question", question));
    }
    return prompts;
  }

  private static Prompt prompt(Prompt.Kind kind, String option, String text) throws UsageException {
    if (text.isBlank()) {
      throw new UsageException(
          Reason.PROMPT_MISSING, option + ": '" + text + "' (expected: some text)");
    }
    return Prompt.newBuilder().setKind(kind).setText(text).build();
  }

  /** The questions, in order. */
  List<String> questions() {
    return List.copyOf(questions);
  }

  /** Whether an earlier run's record answers what is asked now. */
  boolean isAnsweredBy(CaptionRecord record) {
    boolean wantsCaption = prompt != null || questions.isEmpty();
    List<String> answered =
        record.answers() == null
            ? List.of()
            : record.answers().stream().map(QuestionAnswer::question).toList();
    return wantsCaption == (record.caption() != null) && answered.equals(questions);
  }

  Generation generation() {
    return Generation.newBuilder().setMaxNewTokens(maxNewTokens == null ? 0 : maxNewTokens).build();
  }

  /** 0 means "the model's default" on the wire, so it must be refused here. */
  private void checkMaxNewTokens(Model model) throws UsageException {
    if (maxNewTokens != null && maxNewTokens == 0) {
      throw new UsageException(
          Reason.GENERATION_UNSUPPORTED,
          "--max-new-tokens: 0 (expected: 1 to "
              + model.profile().generation().maxNewTokens().max()
              + ")");
    }
  }

  /** Refuses before anything starts what every picture would be refused for. */
  void check(ModelRepository repository, Model model) throws UsageException {
    checkMaxNewTokens(model);
    int charactersMax = CHARACTERS_PER_TOKEN_MAX * model.profile().text().maxPromptTokens();
    for (Prompt asked : prompts()) {
      if (asked.getText().length() > charactersMax) {
        throw new UsageException(
            Reason.PROMPT_TOO_LONG,
            "prompt: "
                + asked.getText().length()
                + " characters (expected: at most "
                + charactersMax
                + ", or "
                + model.profile().text().maxPromptTokens()
                + " tokens)");
      }
    }
    CaptionJob trial =
        CaptionJob.newBuilder()
            .setModel(model.name())
            .addAllPrompts(prompts())
            .setGeneration(generation())
            .build();
    Optional<Refusal> refusal = new Admission(repository, AdmissionLimits.defaults()).check(trial);
    if (refusal.isPresent()) {
      throw new UsageException(refusal.get().reason(), refusal.get().message());
    }
  }
}
