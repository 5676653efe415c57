package io.vignette.broker;

/** The embedded broker could not start, or stopped by itself. The message names folder and port. */
public final class BrokerException extends RuntimeException {

  BrokerException(String message) {
    super(message);
  }

  BrokerException(String message, Throwable cause) {
    super(message, cause);
  }
}
