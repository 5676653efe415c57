package io.vignette.ledger.topology;

import io.vignette.testkit.Signals;

/** A process that hosts a ledger: a bare one, or a whole gateway. */
interface LedgerMember extends AutoCloseable {
  /** The process itself. */
  Process process();

  /** SIGSTOP: it keeps its connections and answers nobody. */
  default void pause() {
    Signals.send(process(), "STOP");
  }

  /** SIGCONT. */
  default void resume() {
    Signals.send(process(), "CONT");
  }

  /** Kills it (SIGKILL): nothing is committed, nobody is told. */
  @Override
  default void close() {
    process().destroyForcibly().onExit().join();
  }
}
