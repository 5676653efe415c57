package io.vignette.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.message.Encoding;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.CloudEventSerializer;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Records of image events; CloudEvents written by the official SDK's serializer. */
final class Events {
  static final String TOPIC = "image.events";
  static final byte[] PICTURE = {1, 2, 3};

  private Events() {}

  static CloudEventBuilder event(String id) {
    return CloudEventBuilder.v1()
        .withId(id)
        .withSource(URI.create("https://shop.example/uploads"))
        .withType("example.picture.added");
  }

  static CloudEvent picture(String id) {
    return event(id).withSubject("cats/1.png").withData("image/png", PICTURE).build();
  }

  static CloudEvent json(String id, String data) {
    return event(id).withData("application/json", data.getBytes(UTF_8)).build();
  }

  static ConsumerRecord<byte[], byte[]> binary(CloudEvent event) {
    return written(event, Map.of(CloudEventSerializer.ENCODING_CONFIG, Encoding.BINARY));
  }

  static ConsumerRecord<byte[], byte[]> structured(CloudEvent event) {
    return written(
        event,
        Map.of(
            CloudEventSerializer.ENCODING_CONFIG,
            Encoding.STRUCTURED,
            CloudEventSerializer.EVENT_FORMAT_CONFIG,
            JsonFormat.CONTENT_TYPE));
  }

  static ConsumerRecord<byte[], byte[]> bare(String value) {
    return record(value.getBytes(UTF_8), new RecordHeaders());
  }

  static ConsumerRecord<byte[], byte[]> record(byte[] value, Headers headers) {
    return new ConsumerRecord<>(
        TOPIC,
        2,
        7,
        0,
        TimestampType.CREATE_TIME,
        -1,
        value == null ? -1 : value.length,
        null,
        value,
        headers,
        Optional.empty());
  }

  /** One record of a notification; {@code key} as it travels, encoded. */
  static String s3Record(String name, String key, String more) {
    return """
    {"eventVersion":"2.1","eventSource":"aws:s3","eventTime":"2026-01-02T03:04:05.000Z",\
    "eventName":"%s","s3":{"bucket":{"name":"photos"},"object":{"key":"%s"%s}}}\
    """
        .formatted(name, key, more);
  }

  static String s3(String... records) {
    return "{\"Records\":[" + String.join(",", records) + "]}";
  }

  private static ConsumerRecord<byte[], byte[]> written(
      CloudEvent event, Map<String, Object> settings) {
    try (CloudEventSerializer serializer = new CloudEventSerializer()) {
      serializer.configure(settings, false);
      RecordHeaders headers = new RecordHeaders();
      return record(serializer.serialize(TOPIC, headers, event), headers);
    }
  }
}
