package io.vignette.records;

import com.google.protobuf.Timestamp;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.ImageReference;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.Prompt;
import io.vignette.wire.Reason;
import io.vignette.wire.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rules that every job keeps, whoever wrote it: what the gateway refuses at its door, the
 * worker refuses when it finds it on a topic, with the same reason and message.
 *
 * <p>Immutable. Checks what can be known from the job alone; whether the model exists and can do
 * what is asked, the length of prompts in tokens and the image itself are checked by others.
 */
public final class JobRules {
  /** Most characters of the texts that say whose job it is and what it is called. */
  public static final int IDENTITY_CHARACTERS_MAX = 1024;

  /**
   * A key in S3 has up to 1024 bytes, each encoded in three characters, and a version beside it.
   */
  private static final int BLOB_CHARACTERS_MAX = 8192;

  private final JobLimits limits;

  public JobRules(JobLimits limits) {
    this.limits = limits;
  }

  /** Why {@code job} is refused, or empty where it keeps the rules. */
  public Optional<Refusal> check(CaptionJob job) {
    return checkPriority(job)
        .or(() -> checkTime("submitted_at", job.hasSubmittedAt(), job.getSubmittedAt()))
        .or(() -> checkTime("deadline", job.hasDeadline(), job.getDeadline()))
        .or(() -> checkPrompts(job.getPromptsList()))
        .or(() -> checkMetadata(job.getMetadataMap()))
        .or(() -> checkIdentity("client_reference", job.getClientReference()))
        .or(() -> checkIdentity("tenant", job.getTenant()))
        .or(() -> checkIdentity("model", job.getModel()))
        .or(() -> checkIdentity("batch_id", job.getBatchId()))
        .or(() -> checkIdentity("request_fingerprint", job.getRequestFingerprint()))
        .or(() -> checkImage(job.getImage()));
  }

  /** Why the finished record is too large for Kafka, or empty where it fits. */
  public Optional<Refusal> checkRecord(CaptionJob job) {
    int bytes = job.getSerializedSize();
    return bytes <= limits.recordBytesMax()
        ? Optional.empty()
        : refuse(
            Reason.REQUEST_TOO_LARGE, "job: " + bytes + " bytes", atMost(limits.recordBytesMax()));
  }

  /** A number that this version has no name for: a newer writer's, or garbage. */
  private static Optional<Refusal> checkPriority(CaptionJob job) {
    return job.getPriority() == Priority.UNRECOGNIZED
        ? refuse(
            Reason.JOB_UNREADABLE,
            "priority: " + job.getPriorityValue(),
            "1 (INTERACTIVE) or 2 (BULK)")
        : Optional.empty();
  }

  private static Optional<Refusal> checkTime(String field, boolean isSet, Timestamp at) {
    return isSet && !WireTime.isValid(at)
        ? refuse(
            Reason.JOB_UNREADABLE,
            "%s: %d s and %d ns".formatted(field, at.getSeconds(), at.getNanos()),
            "a time from the year 1 to the year 9999")
        : Optional.empty();
  }

  private Optional<Refusal> checkPrompts(List<Prompt> prompts) {
    if (prompts.size() > limits.promptsMax()) {
      return refuse(
          Reason.PROMPT_TOO_MANY, "prompts: " + prompts.size(), atMost(limits.promptsMax()));
    }
    return prompts.stream().flatMap(prompt -> checkPrompt(prompt).stream()).findFirst();
  }

  private Optional<Refusal> checkPrompt(Prompt prompt) {
    if (characters(prompt.getText()) > limits.promptCharactersMax()) {
      return refuse(
          Reason.PROMPT_TOO_LONG,
          "prompt: " + characters(prompt.getText()) + " characters",
          atMost(limits.promptCharactersMax()));
    }
    boolean needsText =
        prompt.getKind() == Prompt.Kind.PREFIX || prompt.getKind() == Prompt.Kind.QUESTION;
    return needsText && prompt.getText().isBlank()
        ? refuse(Reason.PROMPT_MISSING, "prompt: blank", "some text")
        : Optional.empty();
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
                            ShownText.of(pair.getKey()),
                            Math.max(characters(pair.getKey()), characters(pair.getValue()))),
                    atMost(limits.metadataCharactersMax())));
  }

  private boolean isTooLong(String text) {
    return characters(text) > limits.metadataCharactersMax();
  }

  private static Optional<Refusal> checkIdentity(String field, String text) {
    return characters(text) <= IDENTITY_CHARACTERS_MAX
        ? Optional.empty()
        : refuse(
            Reason.REQUEST_INVALID,
            field + ": " + characters(text) + " characters",
            atMost(IDENTITY_CHARACTERS_MAX));
  }

  private static Optional<Refusal> checkImage(ImageReference image) {
    return switch (image.getLocationCase()) {
      case URL -> checkUrl(image.getUrl());
      case BLOB -> checkBlob(image.getBlob());
      case INLINE, LOCATION_NOT_SET -> Optional.empty();
    };
  }

  private static Optional<Refusal> checkBlob(String reference) {
    return reference.length() <= BLOB_CHARACTERS_MAX
        ? Optional.empty()
        : refuse(
            Reason.REQUEST_INVALID,
            "image.blob: " + reference.length() + " characters",
            atMost(BLOB_CHARACTERS_MAX));
  }

  /** Syntax and scheme only: which addresses may be fetched is the worker's policy. */
  private static Optional<Refusal> checkUrl(String url) {
    if (url.length() > WebAddress.CHARACTERS_MAX) {
      return refuse(
          Reason.REQUEST_INVALID,
          "image.url: " + url.length() + " characters",
          atMost(WebAddress.CHARACTERS_MAX));
    }
    return WebAddress.matches(url)
        ? Optional.empty()
        : refuse(
            Reason.REQUEST_INVALID,
            "image.url: '" + ShownText.of(url) + "'",
            "an absolute http or https address with a host, in percent-encoded ASCII, a port from 1"
                + " to 65535 and no user info");
  }

  /** As JSON Schema counts them: a character outside the basic plane is one, not two. */
  static int characters(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String atMost(int limit) {
    return "at most " + limit;
  }

  private static Optional<Refusal> refuse(Reason reason, String found, String expected) {
    return Optional.of(new Refusal(reason, found + " (expected: " + expected + ")"));
  }
}
