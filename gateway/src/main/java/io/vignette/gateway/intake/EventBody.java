package io.vignette.gateway.intake;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.vignette.gateway.json.WholeNumbers;
import io.vignette.gateway.submission.ImageInput;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.Prompt;
import io.vignette.records.ShownText;
import io.vignette.wire.Reason;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON data of a CloudEvent: a caption request as REST takes it, but that its picture is at a URL
 * or in the blob store.
 */
@JsonNaming(SnakeCaseStrategy.class)
record EventBody(
    @Nullable ImageBody image,
    @Nullable String prompt,
    @Nullable String question,
    @Nullable List<@Nullable PromptBody> prompts,
    @Nullable String model,
    @Nullable GenerationBody generation,
    @Nullable String priority,
    @Nullable BigDecimal deadlineSeconds,
    @Nullable String clientReference,
    @Nullable Map<String, @Nullable String> metadata) {
  private static final int REFERENCE_CHARACTERS_MAX = 4096;
  private static final BigDecimal INT_MAX = BigDecimal.valueOf(Integer.MAX_VALUE);

  /** Where the picture is: exactly one of the two. */
  record ImageBody(@Nullable String url, @Nullable String blob) {}

  /** One prompt of several. */
  record PromptBody(@Nullable String kind, @Nullable String text) {}

  /** Generation parameters. */
  @JsonNaming(SnakeCaseStrategy.class)
  record GenerationBody(@Nullable BigDecimal maxNewTokens) {}

  EventContent.Pictured content() throws UnusableEventException {
    return new EventContent.Pictured(
        picture(),
        new Wishes(
            Optional.ofNullable(clientReference),
            Optional.ofNullable(model),
            allPrompts(),
            maxNewTokens(),
            priorityOrNone(),
            timeToLive(),
            pairs()));
  }

  private ImageInput picture() throws UnusableEventException {
    if (image == null) {
      throw new UnusableEventException(
          Reason.EVENT_NO_IMAGE, "data.image: missing (expected: url or blob)");
    }
    String url = image.url();
    String blob = image.blob();
    if ((url == null) == (blob == null)) {
      throw invalid("image: both or none of url and blob (expected: exactly one)");
    }
    return url != null ? new ImageInput.Url(url) : blob(String.valueOf(blob));
  }

  private static ImageInput blob(String reference) throws UnusableEventException {
    if (reference.isBlank() || reference.length() > REFERENCE_CHARACTERS_MAX) {
      throw invalid(
          "image.blob: "
              + reference.length()
              + " characters (expected: 1 to "
              + REFERENCE_CHARACTERS_MAX
              + ", not blank)");
    }
    return new ImageInput.Blob(reference, 0, "");
  }

  private List<Prompt> allPrompts() throws UnusableEventException {
    int given = (prompt == null ? 0 : 1) + (question == null ? 0 : 1) + (prompts == null ? 0 : 1);
    if (given > 1) {
      throw invalid("prompts: " + given + " of prompt, question and prompts (expected: one)");
    }
    if (prompt != null) {
      return List.of(of(Prompt.Kind.PREFIX, prompt));
    }
    if (question != null) {
      return List.of(of(Prompt.Kind.QUESTION, question));
    }
    List<Prompt> all = new ArrayList<>();
    for (PromptBody body : prompts == null ? List.<@Nullable PromptBody>of() : prompts) {
      String text = body == null || body.text() == null ? "" : body.text();
      all.add(of(kind(body == null ? null : body.kind()), text));
    }
    return all;
  }

  private static Prompt.Kind kind(@Nullable String kind) throws UnusableEventException {
    return switch (kind) {
      case "caption" -> Prompt.Kind.CAPTION;
      case "prefix" -> Prompt.Kind.PREFIX;
      case "question" -> Prompt.Kind.QUESTION;
      case null, default ->
          throw invalid(
              "prompts.kind: " + shortened(kind) + " (expected: caption, prefix or question)");
    };
  }

  private static Prompt of(Prompt.Kind kind, String text) {
    return Prompt.newBuilder().setKind(kind).setText(text).build();
  }

  private Optional<Priority> priorityOrNone() throws UnusableEventException {
    return switch (priority) {
      case null -> Optional.empty();
      case "interactive" -> Optional.of(Priority.INTERACTIVE);
      case "bulk" -> Optional.of(Priority.BULK);
      default ->
          throw invalid("priority: " + shortened(priority) + " (expected: interactive or bulk)");
    };
  }

  private Optional<Integer> maxNewTokens() throws UnusableEventException {
    BigDecimal tokens = generation == null ? null : generation.maxNewTokens();
    if (tokens == null) {
      return Optional.empty();
    }
    String field = "generation.max_new_tokens: ";
    requireWhole(field, tokens);
    if (tokens.signum() < 1) {
      throw refused(
          Reason.GENERATION_UNSUPPORTED, field + shown(tokens) + " (expected: at least 1)");
    }
    if (tokens.compareTo(INT_MAX) > 0) {
      throw refused(
          Reason.GENERATION_TOO_LONG,
          field + shown(tokens) + " (expected: within the model's range)");
    }
    return Optional.of(tokens.intValueExact());
  }

  private Optional<Duration> timeToLive() throws UnusableEventException {
    if (deadlineSeconds == null) {
      return Optional.empty();
    }
    String field = "deadline_seconds: ";
    requireWhole(field, deadlineSeconds);
    if (deadlineSeconds.abs().compareTo(INT_MAX) > 0) {
      throw invalid(field + shown(deadlineSeconds) + " (expected: seconds of a day at most)");
    }
    return Optional.of(Duration.ofSeconds(deadlineSeconds.intValueExact()));
  }

  private static void requireWhole(String field, BigDecimal number) throws UnusableEventException {
    if (!WholeNumbers.contain(number)) {
      throw invalid(field + shown(number) + " (expected: a whole number)");
    }
  }

  private static String shown(BigDecimal number) {
    return ShownText.of(number.toString());
  }

  private Map<String, String> pairs() throws UnusableEventException {
    if (metadata == null) {
      return Map.of();
    }
    if (metadata.containsValue(null)) {
      throw invalid("metadata: a value is null (expected: text)");
    }
    return Map.copyOf(metadata);
  }

  private static UnusableEventException invalid(String message) {
    return refused(Reason.REQUEST_INVALID, message);
  }

  private static UnusableEventException refused(Reason reason, String message) {
    return new UnusableEventException(reason, "data." + message);
  }

  private static String shortened(@Nullable String text) {
    String shown = String.valueOf(text);
    return shown.length() <= 40 ? "'" + shown + "'" : "'" + shown.substring(0, 40) + "…'";
  }
}
