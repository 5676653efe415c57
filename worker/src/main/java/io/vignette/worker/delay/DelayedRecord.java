package io.vignette.worker.delay;

import io.vignette.wire.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A delayed job.
 *
 * @param target topic it goes to
 * @param dueAt instant before which it must not move
 * @param headers those it goes on with
 */
record DelayedRecord(
    ConsumerRecord<String, byte[]> source,
    String target,
    Instant dueAt,
    Map<String, String> headers) {

  /** Reads the headers; a record that states no target goes to {@code fallback}, at once. */
  static DelayedRecord of(ConsumerRecord<String, byte[]> source, String fallback) {
    Map<String, String> headers = new HashMap<>();
    for (Header header : source.headers()) {
      if (header.value() != null) {
        headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    String target = headers.remove(Headers.TARGET);
    String notBefore = headers.remove(Headers.NOT_BEFORE);
    Instant dueAt =
        notBefore != null && notBefore.matches("[0-9]{1,15}")
            ? Instant.ofEpochMilli(Long.parseLong(notBefore))
            : Instant.EPOCH;
    return new DelayedRecord(source, target == null ? fallback : target, dueAt, headers);
  }
}
