package io.vignette.gateway.intake;

import com.fasterxml.jackson.databind.JsonNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.jackson.JsonCloudEventData;
import io.vignette.gateway.submission.ImageInput;
import io.vignette.wire.Reason;
import io.vignette.wire.TraceContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a Kafka record says about pictures.
 *
 * <p>Thread-safe. Whatever the record, there is at least one finding, and nothing is thrown.
 */
final class EventReader {
  private static final String CONTENT_TYPE = "content-type";
  private static final String CLOUD_EVENTS = "application/cloudevents";

  private final EventJson json = new EventJson();
  private final CloudEvents cloudEvents = new CloudEvents(json);

  List<Finding> read(ConsumerRecord<byte[], byte[]> record) {
    try {
      return found(record);
    } catch (UnusableEventException e) {
      return List.of(new Finding.Unusable(e.reason(), e.text()));
    }
  }

  private List<Finding> found(ConsumerRecord<byte[], byte[]> record) throws UnusableEventException {
    byte @Nullable [] value = record.value();
    HeaderTexts.requireClear(record.headers(), CONTENT_TYPE::equals);
    String contentType = contentType(record.headers());
    if (contentType.startsWith(CLOUD_EVENTS)) {
      requireJson(contentType);
      return of(cloudEvents.structured(value == null ? new byte[0] : value), record.headers());
    }
    if (CloudEvents.isBinary(record.headers())) {
      return of(cloudEvents.binary(record), record.headers());
    }
    JsonNode bare = Optional.ofNullable(value).flatMap(json::object).orElseThrow(() -> unknown());
    if (S3Notification.is(bare)) {
      return S3Notification.read(bare, EventTrace.of(record.headers()));
    }
    if (bare.has("specversion") && value != null) {
      return of(cloudEvents.structured(value), record.headers());
    }
    throw unknown();
  }

  private static UnusableEventException unknown() {
    return new UnusableEventException(
        Reason.EVENT_UNREADABLE,
        "record: none of the known forms (expected: a CloudEvent 1.0 or an S3 notification)");
  }

  private static void requireJson(String contentType) throws UnusableEventException {
    if (!contentType.equals(CLOUD_EVENTS + "+json")) {
      throw new UnusableEventException(
          Reason.EVENT_UNREADABLE,
          "content-type: "
              + contentType
              + " (expected: "
              + CLOUD_EVENTS
              + "+json, or binary mode with ce_ headers)");
    }
  }

  private List<Finding> of(CloudEvent event, Headers headers) {
    TraceContext trace = EventTrace.of(headers, event);
    String mediaType = baseOf(event.getDataContentType());
    CloudEventData data = event.getData();
    if (mediaType.startsWith("image/")) {
      return List.of(found(event, mediaType, picture(data, mediaType), trace));
    }
    boolean mayBeJson =
        mediaType.isEmpty() || mediaType.equals("application/json") || mediaType.endsWith("+json");
    if (data == null || !mayBeJson) {
      return List.of(found(event, mediaType, pictureless(data, mediaType), trace));
    }
    Optional<JsonNode> tree =
        data instanceof JsonCloudEventData parsed
            ? Optional.of(parsed.getNode()).filter(JsonNode::isObject)
            : json.object(data.toBytes());
    if (tree.isEmpty()) {
      return List.of(found(event, "", notJson(), trace));
    }
    return S3Notification.is(tree.get())
        ? S3Notification.read(tree.get(), trace)
        : List.of(found(event, "", request(tree.get()), trace));
  }

  private static EventContent picture(@Nullable CloudEventData data, String mediaType) {
    return data == null
        ? pictureless(null, mediaType)
        : new EventContent.Pictured(new ImageInput.Inline(data.toBytes(), mediaType), Wishes.NONE);
  }

  private EventContent request(JsonNode data) {
    try {
      return json.body(data).content();
    } catch (UnusableEventException e) {
      return new EventContent.Unpictured(e.reason(), e.text());
    }
  }

  private static EventContent notJson() {
    return new EventContent.Unpictured(
        Reason.EVENT_UNREADABLE, "data: no JSON object (expected: a caption request)");
  }

  private static EventContent pictureless(@Nullable CloudEventData data, String mediaType) {
    return new EventContent.Unpictured(
        Reason.EVENT_NO_IMAGE,
        (data == null ? "data: none" : "datacontenttype: " + mediaType)
            + " (expected: image/*, or JSON that names a picture)");
  }

  /**
   * @param mediaType of the picture; empty = not known
   */
  private static Finding found(
      CloudEvent event, String mediaType, EventContent content, TraceContext trace) {
    String source = event.getSource().toString();
    String subject = event.getSubject() == null ? "" : event.getSubject();
    return new Finding.Found(
        new ImageEvent(
            new EventFacts(event.getType(), source, "", subject, mediaType),
            EventIdentity.ofCloudEvent(source, event.getId()),
            subject.isEmpty() ? event.getId() : subject,
            content,
            trace));
  }

  private static String contentType(Headers headers) {
    return HeaderTexts.last(headers, CONTENT_TYPE).map(EventReader::baseOf).orElse("");
  }

  /** A media type without its parameters. */
  private static String baseOf(@Nullable String mediaType) {
    return mediaType == null ? "" : mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }
}
