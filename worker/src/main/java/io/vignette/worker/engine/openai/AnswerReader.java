package io.vignette.worker.engine.openai;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vignette.records.ShownText;
import io.vignette.worker.engine.InferenceFailure;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Makes an answer or a refusal of what came back.
 *
 * <p>Thread-safe. Believes nothing: servers of this kind agree on little but the fields read here.
 */
final class AnswerReader {
  /** Of two fields with one name nobody can say which is meant. */
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final int SHOWN_CHARACTERS_MAX = 120;

  /** A model can write any character; those that steer terminals are no part of a caption. */
  private static final Pattern STEERING = Pattern.compile("[\\p{Cc}&&[^\\n\\t]]+");

  /** Halves of characters, which JSON can escape and UTF-8 can't write. */
  private static final Pattern UNPAIRED = Pattern.compile("\\p{Cs}");

  private final OpenAiSettings settings;
  private final Refusals refusals;

  AnswerReader(OpenAiSettings settings, Refusals refusals) {
    this.settings = settings;
    this.refusals = refusals;
  }

  /** An answer or a refusal. */
  sealed interface Reading {
    /** The model's words. */
    record Answered(ChatAnswer answer) implements Reading {}

    /** None. */
    record Refused(Refusal refusal) implements Reading {}
  }

  Reading read(HttpAnswer http) {
    JsonNode json = json(http);
    Optional<ServerError> error = ServerError.in(json);
    if (!http.isSuccess()) {
      return refused(refusals.of(http.status(), error, RetryAfter.isIn(http.headers())));
    }
    if (!http.body().isWhole()) {
      return failed(
          InferenceFailure.backend(
              "answer: more than %d bytes (expected: less)"
                  .formatted(settings.limits().answerBytes())));
    }
    JsonNode choice = json.path("choices").path(0);
    if (error.isPresent() && choice.isMissingNode()) {
      int status = error.get().statusOr(500);
      return refused(refusals.of(status, error, RetryAfter.isIn(http.headers())));
    }
    return json.isObject() ? read(json, choice) : failed(noJson(http));
  }

  /** Without the key, before anything of it is cut short. */
  private JsonNode json(HttpAnswer http) {
    try {
      return JSON.readTree(
          refusals.hidden(new String(http.body().bytes(), StandardCharsets.UTF_8)));
    } catch (JacksonException e) {
      return MissingNode.getInstance(); // What that means depends on the status.
    }
  }

  private InferenceFailure noJson(HttpAnswer http) {
    String type = http.headers().firstValue("Content-Type").orElse("no content type");
    return InferenceFailure.backend(
        "answer: %s that is no JSON object, or one with a field twice (expected: a chat completion)"
            .formatted(shortened(refusals.hidden(type))));
  }

  private Reading read(JsonNode json, JsonNode choice) {
    String finish = choice.path("finish_reason").asText("");
    String written = text(choice.path("message").path("content"));
    String whole = UNPAIRED.matcher(written).replaceAll("\uFFFD");
    String text = STEERING.matcher(whole).replaceAll("").strip();
    return switch (finish) {
      case "content_filter" -> degenerate("finish reason: content_filter (expected: stop)");
      case "abort" ->
          refused(
              Refusal.of(
                  InferenceFailure.unavailable("finish reason: abort (expected: stop)"),
                  Refusal.Consequence.PROBE));
      case "error" -> failed(InferenceFailure.backend("finish reason: error (expected: stop)"));
      default -> text.isEmpty() ? wordless(choice, finish) : answered(json, text, finish);
    };
  }

  private Reading answered(JsonNode json, String text, String finish) {
    JsonNode usage = json.path("usage");
    return new Reading.Answered(
        new ChatAnswer(
            text,
            !finish.equals("length"),
            count(usage.path("prompt_tokens")),
            count(usage.path("completion_tokens"))));
  }

  /** 0, which says that nobody knows, where it is no number of tokens. */
  private static int count(JsonNode tokens) {
    return tokens.canConvertToExactIntegral() && tokens.canConvertToInt()
        ? Math.max(0, tokens.intValue())
        : 0;
  }

  /** A text, or the texts of a list of parts: some servers write the answer as they are asked. */
  private static String text(JsonNode content) {
    return content.isArray()
        ? StreamSupport.stream(content.spliterator(), false)
            .filter(part -> part.path("type").asText().equals("text"))
            .map(part -> part.path("text").asText(""))
            .collect(Collectors.joining())
        : content.isTextual() ? content.asText() : "";
  }

  private Reading wordless(JsonNode choice, String finish) {
    if (choice.isMissingNode()) {
      return degenerate("choices: none (expected: one)");
    }
    String refusal = choice.path("message").path("refusal").asText("");
    if (!refusal.isBlank()) {
      return degenerate("refusal: " + shortened(refusal) + " (expected: a caption)");
    }
    return degenerate(
        "answer: no words, finish reason %s (expected: words; a model that thinks first needs more"
                .formatted(finish.isEmpty() ? "none" : shortened(finish))
            + " new tokens)");
  }

  private Reading degenerate(String message) {
    return failed(InferenceFailure.degenerate(refusals.hidden(message)));
  }

  private static Reading failed(InferenceFailure failure) {
    return refused(Refusal.of(failure));
  }

  private static Reading refused(Refusal refusal) {
    return new Reading.Refused(refusal);
  }

  private static String shortened(String text) {
    return ShownText.of(text.replaceAll("\\p{Cntrl}+", " "), SHOWN_CHARACTERS_MAX);
  }
}
