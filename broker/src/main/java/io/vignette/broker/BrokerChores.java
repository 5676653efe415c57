package io.vignette.broker;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of something that a broker does on its own. */
final class BrokerChores {

  private static final Logger LOG = LoggerFactory.getLogger(BrokerChores.class);

  private BrokerChores() {}

  /**
   * Closes them, waiting for one that runs no longer than that; Kafka itself would wait a day.
   *
   * @param chores on closing they end; interruptible
   */
  static void end(AutoCloseable chores, Duration patience) {
    Thread ending = Thread.ofPlatform().daemon().name("broker-abandon").start(() -> close(chores));
    try {
      if (!ending.join(patience)) {
        ending.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(AutoCloseable chores) {
    try {
      chores.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("broker: its chores could not be ended", e);
    }
  }
}
