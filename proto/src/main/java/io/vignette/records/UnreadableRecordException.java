package io.vignette.records;

/** A record is not what its topic holds. To be passed over, counted and logged by the reader. */
public final class UnreadableRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnreadableRecordException(String message) {
    super(message);
  }

  public UnreadableRecordException(String message, Throwable cause) {
    super(message, cause);
  }

  /** One sentence: what was found and what was expected. */
  public String problem() {
    return String.valueOf(getMessage());
  }
}
