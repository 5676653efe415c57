package io.vignette.ledger.topology;

/** A process that hosts a ledger: a bare one, or a whole gateway. */
interface LedgerMember extends AutoCloseable {
  /** SIGSTOP: it keeps its connections and answers nobody. */
  void pause();

  /** SIGCONT. */
  void resume();

  /** Kills it (SIGKILL): nothing is committed, nobody is told. */
  @Override
  void close();
}
