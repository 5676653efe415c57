package io.vignette.gateway.api;

import io.vignette.wire.Reason;
import jakarta.ws.rs.core.HttpHeaders;

/** What to say where HTTP itself refuses a request, before any of our code has seen it. */
final class HttpProblems {
  private HttpProblems() {}

  static Reason reasonOf(int status) {
    return switch (status) {
      case 408 -> Reason.REQUEST_TIMEOUT;
      case 413 -> Reason.REQUEST_TOO_LARGE;
      case 503 -> Reason.GATEWAY_BUSY;
      case 501, 505 -> Reason.REQUEST_INVALID;
      default -> status >= 500 ? Reason.INTERNAL : Reason.REQUEST_INVALID;
    };
  }

  /** The same, naming the header that is at fault. */
  static String detailOf(int status, HttpHeaders headers) {
    return switch (status) {
      case 406 -> "Accept: " + shown(headers, HttpHeaders.ACCEPT) + " (expected: application/json)";
      case 415 ->
          "Content-Type: "
              + shown(headers, HttpHeaders.CONTENT_TYPE)
              + " (expected: application/json or multipart/form-data)";
      default -> detailOf(status);
    };
  }

  private static String shown(HttpHeaders headers, String name) {
    String value = headers.getHeaderString(name);
    return value == null ? "missing" : "'" + Excerpt.of(value) + "'";
  }

  static String detailOf(int status) {
    return switch (status) {
      case 404 -> "path: nothing here (expected: /v1/captions, /v1/captions/{id} or /v1/models)";
      case 405 -> "method: not allowed here (expected: one of those in the Allow header)";
      case 413 -> "body: too large (expected: within the limits of /v1/models and the form)";
      default -> "request: refused (expected: well-formed HTTP)";
    };
  }
}
