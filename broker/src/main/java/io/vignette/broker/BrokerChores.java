package io.vignette.broker;

import java.time.Duration;
import org.apache.kafka.server.util.KafkaScheduler;

/** The end of the broker's own chores: flushing, deleting old segments and the like. */
final class BrokerChores {

  private BrokerChores() {}

  /** Ends them, waiting for one that runs no longer than that; Kafka itself would wait a day. */
  static void end(KafkaScheduler chores, Duration patience) {
    Thread ending =
        Thread.ofPlatform().daemon().name("broker-abandon").start(() -> shutDown(chores));
    try {
      if (!ending.join(patience)) {
        ending.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void shutDown(KafkaScheduler chores) {
    try {
      chores.shutdown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
