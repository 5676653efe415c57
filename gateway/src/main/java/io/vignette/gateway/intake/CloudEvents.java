package io.vignette.gateway.intake;

import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.vignette.wire.Reason;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/** The border to the CloudEvents SDK: records in, events of version 1.0 out. Thread-safe. */
final class CloudEvents {
  private static final String VERSION_HEADER = "ce_specversion";
  private static final int MESSAGE_CHARACTERS_MAX = 200;

  private final JsonFormat json = new JsonFormat();

  /** Whether the record's headers hold an event's attributes and its value the data. */
  static boolean isBinary(Headers headers) {
    return headers.lastHeader(VERSION_HEADER) != null;
  }

  /**
   * @throws UnusableEventException if attributes are missing or malformed
   */
  CloudEvent binary(ConsumerRecord<byte[], byte[]> record) throws UnusableEventException {
    return checked(() -> KafkaMessageFactory.createReader(record).toEvent());
  }

  /**
   * @throws UnusableEventException if it is no event in JSON
   */
  CloudEvent structured(byte[] value) throws UnusableEventException {
    return checked(() -> json.deserialize(value));
  }

  /** The SDK tells of malformed events by many kinds of runtime exceptions, its parsers' too. */
  private static CloudEvent checked(Supplier<CloudEvent> reading) throws UnusableEventException {
    CloudEvent event;
    try {
      event = reading.get();
    } catch (RuntimeException e) {
      throw new UnusableEventException(
          Reason.EVENT_UNREADABLE,
          "CloudEvent: " + firstLine(e) + " (expected: version 1.0 with id, source and type)",
          e);
    }
    if (event.getSpecVersion() != SpecVersion.V1) {
      throw new UnusableEventException(
          Reason.EVENT_UNREADABLE,
          "CloudEvent specversion: " + event.getSpecVersion() + " (expected: 1.0)");
    }
    if (event.getId().isEmpty() || event.getSource().toString().isEmpty()) {
      throw new UnusableEventException(
          Reason.EVENT_UNREADABLE, "CloudEvent id or source: empty (expected: both)");
    }
    return event;
  }

  private static String firstLine(RuntimeException failure) {
    String text =
        String.valueOf(failure.getMessage()).lines().findFirst().orElse("").replace('\t', ' ');
    return text.length() <= MESSAGE_CHARACTERS_MAX
        ? text
        : text.substring(0, MESSAGE_CHARACTERS_MAX) + "…";
  }
}
