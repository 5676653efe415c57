package io.vignette.worker.engine.triton;

/** The server's model is not the repository's. The message names what both have. */
final class ModelMismatchException extends Exception {
  private static final long serialVersionUID = 1L;

  ModelMismatchException(String message) {
    super(message);
  }
}
