package io.vignette.standalone.composition;

import io.vignette.broker.EmbeddedBroker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a process whose system nobody will see again.
 *
 * <p>A private system's jobs, leases, transactions and topics are deleted with its folder, so
 * draining, leaving groups and closing logs in order would be seconds of work for nobody. The
 * folder is deleted and the process is gone. Only for a task that has ended: its results are read
 * and written by then.
 */
final class PrivateEnd {

  private static final Logger LOG = LoggerFactory.getLogger(PrivateEnd.class);

  private final EmbeddedBroker broker;
  private final DataFolder data;

  PrivateEnd(EmbeddedBroker broker, DataFolder data) {
    this.broker = broker;
    this.data = data;
  }

  /** Does not return. No shutdown hooks run. */
  void now(int exitCode) {
    try {
      broker.abandon();
      data.close();
    } catch (RuntimeException e) {
      // The task has ended and its output is written: what is left behind must not change that.
      LOG.warn("temporary folder: could not be deleted whole", e);
    } finally {
      System.out.flush();
      System.err.flush();
      Runtime.getRuntime().halt(exitCode);
    }
  }
}
