package io.vignette.gateway.admission;

import io.vignette.models.Model;
import io.vignette.models.ModelProfile;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.records.JobRules;
import io.vignette.records.ShownText;
import io.vignette.wire.Reason;
import io.vignette.wire.Refusal;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The rules by which a job is taken or refused.
 *
 * <p>Thread-safe. Checks what can be known without the picture's bytes; the picture itself and the
 * length of prompts in tokens are the worker's to check. What concerns the job alone stands in
 * {@link JobRules}, which workers apply too.
 */
public final class Admission {
  private final ModelRepository models;
  private final AdmissionLimits limits;
  private final JobRules rules;

  public Admission(ModelRepository models, AdmissionLimits limits) {
    this.models = models;
    this.limits = limits;
    this.rules = new JobRules(limits.job());
  }

  /** Why {@code job} is refused, or empty where it is admitted. */
  public Optional<Refusal> check(CaptionJob job) {
    Optional<Refusal> noText = JobTexts.check(job);
    if (noText.isPresent()) {
      return noText;
    }
    Optional<Model> model = models.find(job.getModel());
    if (model.isEmpty()) {
      return refuse(Reason.MODEL_UNKNOWN, "model: '" + ShownText.of(job.getModel()) + "'", names());
    }
    return rules
        .check(job)
        .or(() -> checkGeneration(job.getGeneration().getMaxNewTokens(), model.get()));
  }

  /** Why a job must not live so long, or empty where it may. */
  public Optional<Refusal> checkTimeToLive(Duration timeToLive) {
    return timeToLive.isPositive() && timeToLive.compareTo(limits.timeToLiveMax()) <= 0
        ? Optional.empty()
        : refuse(
            Reason.REQUEST_INVALID,
            "deadline_seconds: " + timeToLive.toSeconds(),
            "1 to " + limits.timeToLiveMax().toSeconds());
  }

  /** Why the finished record is too large for Kafka, or empty where it fits. */
  public Optional<Refusal> checkRecord(CaptionJob job) {
    return rules.checkRecord(job);
  }

  private static Optional<Refusal> checkGeneration(int maxNewTokens, Model model) {
    ModelProfile.TokenRange range = model.profile().generation().maxNewTokens();
    boolean isDefault = maxNewTokens == 0;
    if (isDefault || (maxNewTokens >= range.min() && maxNewTokens <= range.max())) {
      return Optional.empty();
    }
    return refuse(
        maxNewTokens > range.max() ? Reason.GENERATION_TOO_LONG : Reason.GENERATION_UNSUPPORTED,
        "max_new_tokens: " + maxNewTokens,
        range.min() + " to " + range.max());
  }

  private String names() {
    return models.models().stream().map(Model::name).collect(Collectors.joining(" or "));
  }

  private static Optional<Refusal> refuse(Reason reason, String found, String expected) {
    return Optional.of(new Refusal(reason, found + " (expected: " + expected + ")"));
  }
}
