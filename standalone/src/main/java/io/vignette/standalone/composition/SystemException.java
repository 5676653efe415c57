package io.vignette.standalone.composition;

/** The system could not start, or its task failed in a way nobody expected. */
public final class SystemException extends Exception {

  SystemException(Throwable cause) {
    super(rootMessage(cause), cause);
  }

  SystemException(String message, Throwable cause) {
    super(message, cause);
  }

  private static String rootMessage(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
