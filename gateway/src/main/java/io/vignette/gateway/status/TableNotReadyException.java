package io.vignette.gateway.status;

import java.time.Duration;

/** The table can't answer yet or any more. For the client: ask again soon, or another gateway. */
public final class TableNotReadyException extends RuntimeException {
  private TableNotReadyException(String message) {
    super(message);
  }

  private TableNotReadyException(String message, Throwable cause) {
    super(message, cause);
  }

  static TableNotReadyException loading() {
    return new TableNotReadyException("job table: still loading (expected: ready)");
  }

  /** What Kafka has may be more than the table knows. */
  static TableNotReadyException behind(Duration waited, Throwable cause) {
    return new TableNotReadyException(
        "job table: not level with Kafka (expected: within %d ms)".formatted(waited.toMillis()),
        cause);
  }
}
