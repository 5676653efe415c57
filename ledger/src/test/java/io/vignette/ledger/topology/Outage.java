package io.vignette.ledger.topology;

/** A way to be away. */
enum Outage {
  /** SIGKILL of the broker, started again later. */
  BROKER_KILLED,
  /** SIGTERM of the broker, started again later. */
  BROKER_STOPPED,
  /** SIGSTOP and SIGCONT of the broker: its connections stay open. */
  BROKER_PAUSED,
  /** SIGKILL of one ledger of two; another one is started when results flow again. */
  LEDGER_KILLED,
  /** SIGSTOP and SIGCONT of one ledger of two. */
  LEDGER_PAUSED
}
