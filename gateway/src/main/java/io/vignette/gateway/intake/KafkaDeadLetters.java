package io.vignette.gateway.intake;

import io.vignette.wire.Headers;
import io.vignette.wire.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sets events aside on a topic, as they came, with headers that say why and where they were.
 *
 * <p>Thread-safe. Opens its producer for the first of them, which most systems never see. What is
 * too large for the topic is set aside without its value, or, where that is not enough, without key
 * and headers either: the headers that are added tell where the event is.
 */
final class KafkaDeadLetters implements DeadLetters, AutoCloseable {
  private static final int RECORD_BYTES_MAX = 32 * 1024 * 1024;
  private static final int MESSAGE_CHARACTERS_MAX = 1024;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final KafkaConnection kafka;
  private final String topic;
  private @Nullable KafkaProducer<byte[], byte[]> producer;

  KafkaDeadLetters(KafkaConnection kafka, String topic) {
    this.kafka = kafka;
    this.topic = topic;
  }

  @Override
  public CompletionStage<Void> write(ConsumerRecord<byte[], byte[]> event, Problem problem) {
    return send(event, problem, letter(event, event.value()))
        .exceptionallyCompose(
            failure -> orElse(failure, () -> send(event, problem, letter(event, null))))
        .exceptionallyCompose(failure -> orElse(failure, () -> send(event, problem, bareLetter())));
  }

  private ProducerRecord<byte[], byte[]> letter(
      ConsumerRecord<byte[], byte[]> event, byte @Nullable [] value) {
    return new ProducerRecord<>(topic, null, event.key(), value, event.headers());
  }

  /** An event may be all key and headers. */
  private ProducerRecord<byte[], byte[]> bareLetter() {
    return new ProducerRecord<>(topic, null);
  }

  private static CompletionStage<Void> orElse(
      Throwable failure, Supplier<CompletionStage<Void>> smaller) {
    Throwable cause = failure.getCause();
    boolean isTooLarge =
        failure instanceof RecordTooLargeException || cause instanceof RecordTooLargeException;
    return isTooLarge ? smaller.get() : CompletableFuture.failedStage(failure);
  }

  private CompletionStage<Void> send(
      ConsumerRecord<byte[], byte[]> event,
      Problem problem,
      ProducerRecord<byte[], byte[]> letter) {
    set(letter, Headers.ERROR, problem.reason().code());
    set(letter, Headers.ERROR_MESSAGE, shortened(problem.message()));
    set(letter, Headers.ORIGIN_TOPIC, event.topic());
    set(letter, Headers.ORIGIN_PARTITION, Integer.toString(event.partition()));
    set(letter, Headers.ORIGIN_OFFSET, Long.toString(event.offset()));
    CompletableFuture<Void> confirmed = new CompletableFuture<>();
    try {
      opened()
          .send(
              letter,
              (written, failure) -> {
                if (failure == null) {
                  confirmed.complete(null);
                } else {
                  confirmed.completeExceptionally(failure);
                }
              });
    } catch (KafkaException | IllegalStateException e) { // Closed meanwhile, or never connected.
      confirmed.completeExceptionally(e);
    }
    return confirmed;
  }

  /** An event that was set aside before and sent again has these headers already. */
  private static void set(ProducerRecord<byte[], byte[]> letter, String name, String value) {
    letter.headers().remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static String shortened(String message) {
    return message.length() <= MESSAGE_CHARACTERS_MAX
        ? message
        : message.substring(0, MESSAGE_CHARACTERS_MAX) + "…";
  }

  private synchronized KafkaProducer<byte[], byte[]> opened() {
    KafkaProducer<byte[], byte[]> current = producer;
    if (current == null) {
      current =
          new KafkaProducer<>(
              kafka.with(
                  Map.of(
                      ProducerConfig.ACKS_CONFIG, "all",
                      ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                      ProducerConfig.LINGER_MS_CONFIG, 0,
                      ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RECORD_BYTES_MAX,
                      ProducerConfig.MAX_BLOCK_MS_CONFIG, 5000,
                      ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000,
                      ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000)),
              new ByteArraySerializer(),
              new ByteArraySerializer());
      producer = current;
    }
    return current;
  }

  @Override
  public synchronized void close() {
    if (producer != null) {
      producer.close(CLOSE_LIMIT);
    }
  }
}
