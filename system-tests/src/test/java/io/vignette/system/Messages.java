package io.vignette.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What clients of the deployed system send. */
final class Messages {
  static final String IMAGE_EVENTS = "image.events";

  private Messages() {}

  /** The body of {@code POST /v1/captions} with the picture in it. */
  static String request(byte[] picture) {
    return "{\"image\":{\"data\":\"" + Base64.getEncoder().encodeToString(picture) + "\"}}";
  }

  /** A CloudEvent in Kafka's binary mode whose data is the picture. */
  static <K> ProducerRecord<K, byte[]> event(String id, byte[] picture) {
    ProducerRecord<K, byte[]> event = new ProducerRecord<>(IMAGE_EVENTS, picture);
    Map.of(
            "ce_specversion", "1.0",
            "ce_id", id,
            "ce_source", "tests",
            "ce_type", "picture.added",
            "content-type", "image/png")
        .forEach((name, value) -> event.headers().add(name, value.getBytes(UTF_8)));
    return event;
  }
}
