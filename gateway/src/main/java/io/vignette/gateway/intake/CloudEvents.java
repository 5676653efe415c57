package io.vignette.gateway.intake;

import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.vignette.wire.Reason;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/** The border to the CloudEvents SDK: records in, events of version 1.0 out. Thread-safe. */
final class CloudEvents {
  private static final String VERSION_HEADER = "ce_specversion";
  private static final String ATTRIBUTE_PREFIX = "ce_";

  private final JsonFormat json = new JsonFormat();
  private final EventJson trees;

  CloudEvents(EventJson trees) {
    this.trees = trees;
  }

  /** Whether the record's headers hold an event's attributes and its value the data. */
  static boolean isBinary(Headers headers) {
    return headers.lastHeader(VERSION_HEADER) != null;
  }

  /**
   * @throws UnusableEventException if attributes are missing, malformed or there twice
   */
  CloudEvent binary(ConsumerRecord<byte[], byte[]> record) throws UnusableEventException {
    HeaderTexts.requireClear(record.headers(), name -> name.startsWith(ATTRIBUTE_PREFIX));
    return checked(
        () -> KafkaMessageFactory.createReader(record).toEvent(),
        name -> HeaderTexts.last(record.headers(), ATTRIBUTE_PREFIX + name));
  }

  /**
   * @throws UnusableEventException if it is no event in JSON, or JSON that can be read two ways
   */
  CloudEvent structured(byte[] value) throws UnusableEventException {
    CloudEvent event = checked(() -> json.deserialize(value), name -> attribute(value, name));
    // The SDK takes the last of two fields, and any bytes for text.
    if (trees.object(value).isEmpty()) {
      throw new UnusableEventException(
          Reason.EVENT_UNREADABLE,
          "CloudEvent: a field twice, or no JSON in UTF-8 (expected: each field once)");
    }
    return event;
  }

  private Optional<String> attribute(byte[] value, String name) {
    return trees.object(value).map(tree -> tree.path(name).textValue());
  }

  /** The SDK tells of malformed events by many kinds of runtime exceptions, its parsers' too. */
  private static CloudEvent checked(
      Supplier<CloudEvent> reading, Function<String, Optional<String>> attribute)
      throws UnusableEventException {
    CloudEvent event;
    try {
      event = reading.get();
    } catch (RuntimeException e) {
      throw new UnusableEventException(
          Reason.EVENT_UNREADABLE,
          "CloudEvent "
              + CloudEventFault.of(attribute)
              + " (expected: version 1.0 with id, source and type)",
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
    EventIdentity.requireUnicode("CloudEvent id", event.getId());
    EventIdentity.requireUnicode("CloudEvent source", event.getSource().toString());
    return event;
  }
}
