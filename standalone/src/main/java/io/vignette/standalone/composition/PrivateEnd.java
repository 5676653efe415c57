package io.vignette.standalone.composition;

import io.vignette.broker.EmbeddedBroker;

/**
 * The end of a process whose system nobody will see again.
 *
 * <p>A private system's jobs, leases, transactions and topics are deleted with its folder, so
 * draining, leaving groups and closing logs in order would be seconds of work for nobody. The
 * folder is deleted and the process is gone. Only for a task that has ended: its results are read
 * and written by then.
 */
final class PrivateEnd {

  private final EmbeddedBroker broker;
  private final DataFolder data;

  PrivateEnd(EmbeddedBroker broker, DataFolder data) {
    this.broker = broker;
    this.data = data;
  }

  /** Does not return. No shutdown hooks run. */
  void now(int exitCode) {
    broker.abandon();
    data.close();
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(exitCode);
  }
}
