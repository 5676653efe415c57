package io.vignette.images.codec;

/** A library that cannot be used, in one sentence that names it and the cause. */
final class UnusableLibraryException extends Exception {
  UnusableLibraryException(String file, String cause) {
    super("libturbojpeg: %s, %s (expected: libturbojpeg 2.0 or newer)".formatted(file, cause));
  }

  UnusableLibraryException(String file, RuntimeException cause) {
    this(file, String.valueOf(cause.getMessage()));
    initCause(cause);
  }
}
