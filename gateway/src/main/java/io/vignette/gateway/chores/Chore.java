package io.vignette.gateway.chores;

import java.time.Duration;

/** Something that every gateway does again and again. */
public interface Chore {

  /** For the log. */
  String name();

  /** From the end of one pass to the beginning of the next; at least 1 ms. */
  Duration interval();

  /** Whether it begins only when the table is loaded and the ledger folds. */
  default boolean needsReadyGateway() {
    return true;
  }

  /**
   * Does it once; may block. What it throws, an error too, is logged (once a minute where it
   * repeats), and the next pass comes.
   */
  void pass();

  /** Lets go of what it holds, when no more passes begin. Idempotent. */
  default void close() {}
}
