package io.vignette.worker.engine.openai;

import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.openai.Refusal.Consequence;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

/**
 * The only place that says what a status or an error of the connection means.
 *
 * <p>By status, code and field; never by the words of a message.
 */
final class Refusals {
  private final OpenAiSettings settings;

  Refusals(OpenAiSettings settings) {
    this.settings = settings;
  }

  /**
   * What a status other than success means.
   *
   * @param error what the server says about it, if it is a server of the kind
   */
  Refusal of(int status, Optional<ServerError> error, boolean namesWait) {
    String found = found(status, error);
    return switch (status) {
      case 401 ->
          Refusal.of(
              InferenceFailure.unavailable(found + " (expected: an API key the server accepts)"),
              Consequence.GIVE_UP);
      case 402 -> usedUp(found);
      case 404 -> Refusal.of(InferenceFailure.modelUnknown(found + notFound(error)));
      case 408 ->
          Refusal.of(InferenceFailure.timeout(found + " (expected: an answer in its time)"));
      case 429, 529 ->
          error.filter(ServerError::isQuotaUsedUp).isPresent() ? usedUp(found) : overloaded(found);
      case 500 ->
          Refusal.of(
              InferenceFailure.backend(found + " (expected: a caption)"), Consequence.ASK_AGAIN);
      case 503 -> error.isPresent() || namesWait ? overloaded(found) : away(found);
      default -> other(status, error, found);
    };
  }

  private static Refusal other(int status, Optional<ServerError> error, String found) {
    if (status >= 500) {
      return away(found);
    }
    InferenceFailure failure =
        InferenceFailure.invalidInput(
            found
                + (status >= 400
                    ? " (expected: a request the server takes)"
                    : " (expected: an answer; redirections are not followed)"));
    Optional<String> field =
        status == 400 ? error.flatMap(ServerError::unsupportedField) : Optional.empty();
    return new Refusal(failure, Consequence.NONE, field);
  }

  private static Refusal overloaded(String found) {
    return Refusal.of(
        InferenceFailure.overloaded(found + " (expected: room for the request)"),
        Consequence.PAUSE);
  }

  private static Refusal usedUp(String found) {
    return Refusal.of(
        InferenceFailure.unavailable(found + " (expected: an account with quota left)"),
        Consequence.LONG_PAUSE);
  }

  private static Refusal away(String found) {
    return Refusal.of(
        InferenceFailure.unavailable(found + " (expected: a server behind the address)"),
        Consequence.PROBE);
  }

  private String notFound(Optional<ServerError> error) {
    return error.isPresent()
        ? " (expected: the server to know model '%s')".formatted(settings.model())
        : " (expected: chat completions below this address; most end in /v1)";
  }

  private String found(int status, Optional<ServerError> error) {
    String said = error.map(ServerError::message).orElse("");
    String line = settings.endpoint() + ": HTTP " + status + (said.isEmpty() ? "" : ": " + said);
    return hidden(line);
  }

  /** A text of the server, fit to be shown. */
  String hidden(String text) {
    return settings.apiKey().map(key -> key.hiddenIn(text)).orElse(text);
  }

  /** What an error of the connection means. */
  Refusal from(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return switch (cause) {
      case CancellationException e -> late();
      // Connections refused, cut or never made; names that nobody knows.
      case IOException e -> unreachable(e);
      case UnresolvedAddressException e -> unreachable(e);
      default -> Refusal.of(InferenceFailure.backend("request: " + cause, cause));
    };
  }

  /** What a request means that was given up for its time. */
  Refusal late() {
    return Refusal.of(
        InferenceFailure.timeout(settings.endpoint() + ": no answer (expected: one in time)"),
        Consequence.PROBE);
  }

  private Refusal unreachable(Exception cause) {
    return Refusal.of(
        InferenceFailure.unavailable(
            "%s: %s (expected: a server that answers)".formatted(settings.endpoint(), why(cause)),
            cause),
        Consequence.PROBE);
  }

  /** The HTTP client leaves most of these without a word. */
  private static String why(Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof UnresolvedAddressException) {
        return "no such host";
      }
    }
    String message = cause.getMessage();
    if (message != null) {
      return message;
    }
    return cause instanceof ConnectException ? "no connection" : cause.getClass().getSimpleName();
  }
}
