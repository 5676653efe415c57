package io.vignette.gateway.http;

/** Why the server ended a connection or a request on its own account. */
public enum Cut {
  /** There were as many connections as there may be. */
  TOO_MANY_CONNECTIONS("too_many_connections"),
  /** The head or the chunks were not HTTP, or asked for what no server may forgive. */
  HEAD_INVALID("head_invalid"),
  /** The head did not come in time. */
  HEAD_TIMEOUT("head_timeout"),
  /** The body was longer than the limit. */
  BODY_TOO_LARGE("body_too_large"),
  /** The body did not come in time. */
  BODY_TIMEOUT("body_timeout"),
  /** There was no memory for more of the body. */
  BODY_CROWDED("body_crowded"),
  /** The answer was not read in time. */
  ANSWER_TIMEOUT("answer_timeout");

  private final String label;

  Cut(String label) {
    this.label = label;
  }

  /** Its name in metrics. */
  public String label() {
    return label;
  }
}
