package io.vignette.standalone.output;

/** The output can't be written or read. The message is one sentence for the user. */
public final class OutputException extends Exception {

  public OutputException(String message) {
    super(message);
  }

  public OutputException(String message, Throwable cause) {
    super(message, cause);
  }
}
