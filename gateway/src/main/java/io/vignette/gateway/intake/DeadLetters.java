package io.vignette.gateway.intake;

import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Where events are set aside. Thread-safe. */
@FunctionalInterface
interface DeadLetters {

  /** Completes when all replicas in sync have the event; fails otherwise. */
  CompletionStage<Void> write(ConsumerRecord<byte[], byte[]> event, Problem problem);
}
