package io.vignette.gateway.api;

/**
 * A header that HTTP gives a status of its own, such as 415 for a content type.
 *
 * <p>Its message names the header, its value and what was expected.
 */
final class HttpRefusalException extends Exception {
  private final int status;

  HttpRefusalException(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
