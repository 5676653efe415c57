package io.vignette.standalone.composition;

import java.util.Optional;

/** The system could not start, or its task failed in a way nobody expected. */
public final class SystemException extends Exception {

  private final boolean askedWrongly;

  SystemException(Throwable cause) {
    super(rootMessage(cause), cause);
    this.askedWrongly = false;
  }

  private SystemException(String message, Throwable cause) {
    super(message, cause);
    this.askedWrongly = true;
  }

  /** Something that the user named can't be used. */
  static SystemException unusable(String message, Throwable cause) {
    return new SystemException(message, cause);
  }

  /** Whether the user named something that can't be used; the message says what. */
  public boolean isAskedWrongly() {
    return askedWrongly;
  }

  /** The task's or the part's own exception, if it is of that type. */
  public <T extends Exception> Optional<T> cause(Class<T> type) {
    for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return Optional.of(type.cast(cause));
      }
    }
    return Optional.empty();
  }

  private static String rootMessage(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
