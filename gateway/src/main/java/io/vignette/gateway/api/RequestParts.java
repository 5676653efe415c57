package io.vignette.gateway.api;

import io.vignette.gateway.json.WholeNumbers;
import io.vignette.gateway.submission.ImageInput;
import io.vignette.gateway.submission.RejectedException;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.Prompt;
import io.vignette.wire.Reason;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns the parts of a request, however they came, into what the submission takes. */
final class RequestParts {
  private static final String DATA_SCHEME = "data:";
  private static final String BASE64_MARK = ";base64";
  private static final Pattern MEDIA_TYPE = Pattern.compile("[ -+\\--~]{0,255}");
  private static final BigDecimal INT_MAX = BigDecimal.valueOf(Integer.MAX_VALUE);

  private RequestParts() {}

  static ImageInput image(CaptionBody.@Nullable ImageBody image) throws RejectedException {
    if (image == null) {
      throw invalid("image: missing (expected: url, data or data_uri)");
    }
    int given = count(image.url()) + count(image.data()) + count(image.dataUri());
    if (given != 1) {
      throw invalid("image: " + given + " of url, data and data_uri (expected: exactly one)");
    }
    if (image.url() != null) {
      return new ImageInput.Url(image.url());
    }
    return image.data() != null
        ? new ImageInput.Inline(base64("image.data", image.data()), "")
        : dataUri(String.valueOf(image.dataUri()));
  }

  static List<Prompt> prompts(
      @Nullable String prompt,
      List<String> questions,
      @Nullable List<CaptionBody.PromptBody> prompts)
      throws RejectedException {
    int given = count(prompt) + (questions.isEmpty() ? 0 : 1) + (prompts == null ? 0 : 1);
    if (given > 1) {
      throw invalid("prompts: " + given + " of prompt, question and prompts (expected: one)");
    }
    List<Prompt> all = new ArrayList<>();
    if (prompt != null) {
      all.add(of(Prompt.Kind.PREFIX, prompt));
    }
    questions.forEach(question -> all.add(of(Prompt.Kind.QUESTION, question)));
    if (prompts != null) {
      addAll(prompts, all);
    }
    return all;
  }

  static Generation generation(@Nullable BigDecimal maxNewTokens) throws RejectedException {
    if (maxNewTokens == null) {
      return Generation.getDefaultInstance();
    }
    requireWhole("max_new_tokens", maxNewTokens);
    if (maxNewTokens.signum() < 1) {
      throw new RejectedException(
          Reason.GENERATION_UNSUPPORTED,
          "max_new_tokens: " + shown(maxNewTokens) + " (expected: at least 1)");
    }
    if (maxNewTokens.compareTo(INT_MAX) > 0) {
      throw new RejectedException(
          Reason.GENERATION_TOO_LONG,
          "max_new_tokens: " + shown(maxNewTokens) + " (expected: within the model's range)");
    }
    return Generation.newBuilder().setMaxNewTokens(maxNewTokens.intValueExact()).build();
  }

  static Priority priority(@Nullable String priority) throws RejectedException {
    return switch (priority) {
      case null -> Priority.INTERACTIVE;
      case "interactive" -> Priority.INTERACTIVE;
      case "bulk" -> Priority.BULK;
      default ->
          throw invalid("priority: '" + Excerpt.of(priority) + "' (expected: interactive or bulk)");
    };
  }

  static Optional<Duration> timeToLive(@Nullable BigDecimal seconds) throws RejectedException {
    if (seconds == null) {
      return Optional.empty();
    }
    requireWhole("deadline_seconds", seconds);
    if (seconds.abs().compareTo(INT_MAX) > 0) {
      throw invalid(
          "deadline_seconds: " + shown(seconds) + " (expected: seconds of a day at most)");
    }
    return Optional.of(Duration.ofSeconds(seconds.intValueExact()));
  }

  /** A media type as a client declares it, which travels with the job. */
  static String mediaType(String field, String type) throws RejectedException {
    if (!MEDIA_TYPE.matcher(type).matches()) {
      throw invalid(
          "%s: media type '%s' (expected: at most 255 printable ASCII characters)"
              .formatted(field, Excerpt.of(type)));
    }
    return type;
  }

  private static void requireWhole(String field, BigDecimal number) throws RejectedException {
    if (!WholeNumbers.contain(number)) {
      throw invalid(field + ": " + shown(number) + " (expected: a whole number)");
    }
  }

  private static String shown(BigDecimal number) {
    return Excerpt.of(number.toString());
  }

  static RejectedException invalid(String message) {
    return invalid(message, null);
  }

  static RejectedException invalid(String message, @Nullable Throwable cause) {
    return new RejectedException(Reason.REQUEST_INVALID, message, cause);
  }

  private static void addAll(List<CaptionBody.PromptBody> prompts, List<Prompt> all)
      throws RejectedException {
    if (prompts.isEmpty()) {
      throw new RejectedException(
          Reason.PROMPT_MISSING, "prompts: 0 (expected: at least 1, or no prompts field)");
    }
    for (CaptionBody.PromptBody body : prompts) {
      if (body == null || body.kind() == null) {
        throw invalid("prompts.kind: missing (expected: caption, prefix or question)");
      }
      all.add(of(kind(body.kind()), body.text() == null ? "" : body.text()));
    }
  }

  private static Prompt.Kind kind(String kind) throws RejectedException {
    return switch (kind) {
      case "caption" -> Prompt.Kind.CAPTION;
      case "prefix" -> Prompt.Kind.PREFIX;
      case "question" -> Prompt.Kind.QUESTION;
      default ->
          throw invalid(
              "prompts.kind: '" + Excerpt.of(kind) + "' (expected: caption, prefix or question)");
    };
  }

  private static Prompt of(Prompt.Kind kind, String text) {
    return Prompt.newBuilder().setKind(kind).setText(text).build();
  }

  private static ImageInput dataUri(String uri) throws RejectedException {
    int comma = uri.indexOf(',');
    String head = comma < 0 ? "" : uri.substring(0, comma);
    if (!head.regionMatches(true, 0, DATA_SCHEME, 0, DATA_SCHEME.length())
        || !head.toLowerCase(Locale.ROOT).endsWith(BASE64_MARK)) {
      throw invalid(
          "image.data_uri: '" + Excerpt.of(uri) + "' (expected: data:<media type>;base64,<data>)");
    }
    String type = head.substring(DATA_SCHEME.length(), head.length() - BASE64_MARK.length());
    return new ImageInput.Inline(
        base64("image.data_uri", uri.substring(comma + 1)), mediaType("image.data_uri", type));
  }

  private static byte[] base64(String field, String text) throws RejectedException {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw invalid(
          field + ": not base64 (expected: the standard alphabet, without line breaks)", e);
    }
  }

  private static int count(@Nullable Object part) {
    return part == null ? 0 : 1;
  }
}
