package io.vignette.gateway.api;

import io.vignette.wire.Reason;

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

  static String detailOf(int status) {
    return switch (status) {
      case 404 -> "path: nothing here (expected: /v1/captions, /v1/captions/{id} or /v1/models)";
      case 405 -> "method: not allowed here (expected: one of those in the Allow header)";
      case 406 -> "Accept: nothing that is offered (expected: application/json)";
      case 413 -> "body: too large (expected: within the limits of /v1/models and the form)";
      case 415 -> "Content-Type: not supported (expected: application/json or multipart/form-data)";
      default -> "request: refused (expected: well-formed HTTP)";
    };
  }
}
