package io.vignette.gateway.status;

/** The table can't answer yet or any more. For the client: ask again soon, or another gateway. */
public final class TableNotReadyException extends RuntimeException {
  TableNotReadyException() {
    super("job table: still loading (expected: ready)");
  }
}
