package io.vignette.broker;

import java.time.Duration;
import org.apache.kafka.server.util.KafkaScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of what a broker does on its own: making the folders of new partitions, flushing,
 * deleting old segments and the like.
 */
final class BrokerChores {

  private static final Logger LOG = LoggerFactory.getLogger(BrokerChores.class);

  private BrokerChores() {}

  /** Ends them, waiting for one that runs no longer than that; Kafka itself would wait a day. */
  static void end(AutoCloseable metadata, KafkaScheduler chores, Duration patience) {
    Thread ending =
        Thread.ofPlatform().daemon().name("broker-abandon").start(() -> shutDown(metadata, chores));
    try {
      if (!ending.join(patience)) {
        ending.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void shutDown(AutoCloseable metadata, KafkaScheduler chores) {
    try {
      // Or a topic that has just been created gets its folder after all were deleted.
      metadata.close();
      chores.shutdown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("broker: its chores could not be ended", e);
    }
  }
}
