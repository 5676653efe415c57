package io.vignette.worker.engine.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.vignette.records.ShownText;
import java.util.Optional;

/**
 * What a server says of a request it refused.
 *
 * @param message for people; bounded, without control characters; empty if the server says nothing
 * @param code the server's own word for the cause, or a number; empty if none
 * @param param the field that is wrong; empty if none
 */
record ServerError(String message, String code, String param) {
  private static final int MESSAGE_CHARACTERS_MAX = 300;

  /** OpenAI's word for an account without money: waiting does not help. */
  private static final String QUOTA_USED_UP = "insufficient_quota";

  /**
   * The error in an answer: an object {@code error}, as OpenAI writes it, its text alone, or the
   * object itself, as older servers of vLLM write it.
   *
   * @return empty if the answer speaks of none; then it isn't from such a server
   */
  static Optional<ServerError> in(JsonNode answer) {
    JsonNode error = answer.path("error");
    if (error.isTextual()) {
      return Optional.of(new ServerError(shown(error.asText()), "", ""));
    }
    if (error.isObject()) {
      return Optional.of(of(error));
    }
    return answer.path("object").asText().equals("error")
        ? Optional.of(of(answer))
        : Optional.empty();
  }

  private static ServerError of(JsonNode error) {
    String code = error.path("code").asText("");
    return new ServerError(
        shown(error.path("message").asText("")),
        code.isEmpty() ? error.path("type").asText("") : code,
        error.path("param").asText(""));
  }

  /** Refusals can repeat the whole request. */
  private static String shown(String text) {
    return ShownText.of(text.replaceAll("\\p{Cntrl}+", " ").strip(), MESSAGE_CHARACTERS_MAX);
  }

  boolean isQuotaUsedUp() {
    return code.equals(QUOTA_USED_UP);
  }

  /** The field that the model has no use for, as opposed to a wrong value of it. */
  Optional<String> unsupportedField() {
    return code.startsWith("unsupported_") && !param.isEmpty()
        ? Optional.of(param)
        : Optional.empty();
  }

  /** The HTTP status that a router passes on in an answer whose own status is 200. */
  int statusOr(int other) {
    return code.matches("[45]\\d\\d") ? Integer.parseInt(code) : other;
  }
}
