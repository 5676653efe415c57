package io.vignette.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes records as a worker's ports do: confirmed, or failed with the cause. Whoever waits goes on
 * in a thread of its own: on the producer's a further send could wait for that very thread. Records
 * bear the clock's time, as the producer of a machine with that clock would have it.
 */
record KafkaSender(Producer<String, byte[]> producer, Clock clock) {
  KafkaSender(Producer<String, byte[]> producer) {
    this(producer, Clock.systemUTC());
  }

  CompletionStage<Void> send(String topic, String id, byte[] value, Map<String, String> headers) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(topic, null, clock.millis(), id, value);
    headers.forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
    CompletableFuture<Void> sent = new CompletableFuture<>();
    producer.send(
        record,
        (metadata, failure) -> {
          if (failure == null) {
            sent.completeAsync(() -> null);
          } else {
            ForkJoinPool.commonPool().execute(() -> sent.completeExceptionally(failure));
          }
        });
    return sent;
  }
}
