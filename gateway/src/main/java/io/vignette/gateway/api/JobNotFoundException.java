package io.vignette.gateway.api;

/** Nobody knows a job of this id; the status tells whether it may have been there. */
final class JobNotFoundException extends Exception {
  private final int status;

  JobNotFoundException(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
