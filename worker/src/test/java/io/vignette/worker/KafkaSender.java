package io.vignette.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes records as a worker's ports do: confirmed, or failed with the cause. Whoever waits goes on
 * in a thread of its own: on the producer's a further send could wait for that very thread.
 */
record KafkaSender(Producer<String, byte[]> producer) {

  CompletionStage<Void> send(String topic, String id, byte[] value, Map<String, String> headers) {
    ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, id, value);
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
