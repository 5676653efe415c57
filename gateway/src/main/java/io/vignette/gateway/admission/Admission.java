package io.vignette.gateway.admission;

import io.vignette.models.Model;
import io.vignette.models.ModelProfile;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.ImageReference;
import io.vignette.proto.v1.Prompt;
import io.vignette.wire.Reason;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The rules by which a job is taken or refused.
 *
 * <p>Thread-safe. Checks what can be known without the picture's bytes; the picture itself and the
 * length of prompts in tokens are the worker's to check.
 */
public final class Admission {
  private static final int REFERENCE_CHARACTERS_MAX = 1024;
  private static final int URL_CHARACTERS_MAX = 4096;

  private final ModelRepository models;
  private final AdmissionLimits limits;

  public Admission(ModelRepository models, AdmissionLimits limits) {
    this.models = models;
    this.limits = limits;
  }

  /** Why {@code job} is refused, or empty where it is admitted. */
  public Optional<Refusal> check(CaptionJob job) {
    Optional<Model> model = models.find(job.getModel());
    if (model.isEmpty()) {
      return refuse(Reason.MODEL_UNKNOWN, "model: '" + shortened(job.getModel()) + "'", names());
    }
    return checkPrompts(job.getPromptsList())
        .or(() -> checkGeneration(job.getGeneration().getMaxNewTokens(), model.get()))
        .or(() -> checkMetadata(job.getMetadataMap()))
        .or(() -> checkReference(job.getClientReference()))
        .or(() -> checkImage(job.getImage()));
  }

  /** Why a job must not live so long, or empty where it may. */
  public Optional<Refusal> checkTimeToLive(Duration timeToLive) {
    return timeToLive.isPositive() && timeToLive.compareTo(limits.timeToLiveMax()) <= 0
        ? Optional.empty()
        : refuse(
            Reason.REQUEST_INVALID,
            "deadline: " + timeToLive.toSeconds() + " s",
            "1 to " + limits.timeToLiveMax().toSeconds());
  }

  /** Why the finished record is too large for Kafka, or empty where it fits. */
  public Optional<Refusal> checkRecord(CaptionJob job) {
    int bytes = job.getSerializedSize();
    return bytes <= limits.recordBytesMax()
        ? Optional.empty()
        : refuse(
            Reason.REQUEST_TOO_LARGE, "job: " + bytes + " bytes", atMost(limits.recordBytesMax()));
  }

  private Optional<Refusal> checkPrompts(List<Prompt> prompts) {
    if (prompts.size() > limits.promptsMax()) {
      return refuse(
          Reason.PROMPT_TOO_MANY, "prompts: " + prompts.size(), atMost(limits.promptsMax()));
    }
    return prompts.stream().flatMap(prompt -> checkPrompt(prompt).stream()).findFirst();
  }

  private Optional<Refusal> checkPrompt(Prompt prompt) {
    if (prompt.getText().length() > limits.promptCharactersMax()) {
      return refuse(
          Reason.PROMPT_TOO_LONG,
          "prompt: " + prompt.getText().length() + " characters",
          atMost(limits.promptCharactersMax()));
    }
    boolean needsText =
        prompt.getKind() == Prompt.Kind.PREFIX || prompt.getKind() == Prompt.Kind.QUESTION;
    return needsText && prompt.getText().isBlank()
        ? refuse(Reason.PROMPT_MISSING, "prompt: blank", "some text")
        : Optional.empty();
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

  private Optional<Refusal> checkMetadata(Map<String, String> metadata) {
    if (metadata.size() > limits.metadataPairsMax()) {
      return refuse(
          Reason.REQUEST_INVALID,
          "metadata: " + metadata.size() + " pairs",
          atMost(limits.metadataPairsMax()));
    }
    return metadata.entrySet().stream()
        .filter(pair -> isTooLong(pair.getKey()) || isTooLong(pair.getValue()))
        .findFirst()
        .flatMap(
            pair ->
                refuse(
                    Reason.REQUEST_INVALID,
                    "metadata '%s': %d characters"
                        .formatted(
                            shortened(pair.getKey()),
                            Math.max(pair.getKey().length(), pair.getValue().length())),
                    atMost(limits.metadataCharactersMax())));
  }

  private boolean isTooLong(String text) {
    return text.length() > limits.metadataCharactersMax();
  }

  private static Optional<Refusal> checkReference(String reference) {
    return reference.length() <= REFERENCE_CHARACTERS_MAX
        ? Optional.empty()
        : refuse(
            Reason.REQUEST_INVALID,
            "client_reference: " + reference.length() + " characters",
            atMost(REFERENCE_CHARACTERS_MAX));
  }

  private static Optional<Refusal> checkImage(ImageReference image) {
    return image.getLocationCase() == ImageReference.LocationCase.URL
        ? checkUrl(image.getUrl())
        : Optional.empty();
  }

  /** Syntax and scheme only: which addresses may be fetched is the worker's policy. */
  private static Optional<Refusal> checkUrl(String url) {
    if (url.length() > URL_CHARACTERS_MAX) {
      return refuse(
          Reason.REQUEST_INVALID,
          "image.url: " + url.length() + " characters",
          atMost(URL_CHARACTERS_MAX));
    }
    return isWebAddress(url)
        ? Optional.empty()
        : refuse(
            Reason.REQUEST_INVALID,
            "image.url: '" + shortened(url) + "'",
            "an absolute http or https address with a host");
  }

  private static boolean isWebAddress(String url) {
    try {
      URI address = new URI(url);
      boolean isWeb =
          "http".equalsIgnoreCase(address.getScheme())
              || "https".equalsIgnoreCase(address.getScheme());
      return isWeb && address.getHost() != null && address.getUserInfo() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private String names() {
    return models.models().stream().map(Model::name).collect(Collectors.joining(" or "));
  }

  private static String atMost(int limit) {
    return "at most " + limit;
  }

  private static String shortened(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }

  private static Optional<Refusal> refuse(Reason reason, String found, String expected) {
    return Optional.of(new Refusal(reason, found + " (expected: " + expected + ")"));
  }
}
