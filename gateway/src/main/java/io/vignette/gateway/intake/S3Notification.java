package io.vignette.gateway.intake;

import com.fasterxml.jackson.databind.JsonNode;
import io.vignette.gateway.submission.ImageInput;
import io.vignette.images.source.s3.S3ObjectReference;
import io.vignette.wire.Reason;
import io.vignette.wire.TraceContext;
import java.net.URLDecoder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Bucket notifications as AWS and MinIO write them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html">
 *     AWS: event message structure</a>
 */
final class S3Notification {
  private static final String RECORDS = "Records";
  private static final String SCHEME = "s3:";
  private static final String TEST_EVENT = SCHEME + "TestEvent";
  private static final String CREATED = SCHEME + "ObjectCreated:";
  private static final int REFERENCE_CHARACTERS_MAX = 1024;

  /** S3 names one object, others some hundred. */
  static final int RECORDS_MAX = 10_000;

  private S3Notification() {}

  /** Whether JSON means to be a notification. */
  static boolean is(JsonNode json) {
    return json.path(RECORDS).isArray() || isTest(json);
  }

  private static boolean isTest(JsonNode json) {
    return json.path("Event").asText().equals(TEST_EVENT);
  }

  /** One finding for each of the notification's records. */
  static List<Finding> read(JsonNode json, TraceContext trace) {
    if (isTest(json)) {
      return List.of(new Finding.Skipped(SkipCause.TEST_EVENT));
    }
    if (json.path(RECORDS).size() > RECORDS_MAX) {
      return List.of(
          new Finding.Unusable(
              Reason.EVENT_UNREADABLE,
              "Records: %d (expected: at most %d)"
                  .formatted(json.path(RECORDS).size(), RECORDS_MAX)));
    }
    List<Finding> findings = new ArrayList<>();
    for (JsonNode record : json.path(RECORDS)) {
      findings.add(finding(record, RECORDS + "[" + findings.size() + "]", trace));
    }
    return findings.isEmpty()
        ? List.of(
            new Finding.Unusable(Reason.EVENT_UNREADABLE, "Records: none (expected: at least one)"))
        : findings;
  }

  private static Finding finding(JsonNode record, String place, TraceContext trace) {
    try {
      String event = eventName(record, place);
      return event.startsWith(CREATED)
          ? created(event, record, place, trace)
          : new Finding.Skipped(SkipCause.OTHER_EVENT);
    } catch (UnusableEventException e) {
      return new Finding.Unusable(e.reason(), e.text());
    }
  }

  private static Finding created(String event, JsonNode record, String place, TraceContext trace)
      throws UnusableEventException {
    JsonNode object = record.path("s3").path("object");
    String bucket = text(record.path("s3").path("bucket"), "name", place + ".s3.bucket");
    String key = decoded(text(object, "key", place + ".s3.object"), place);
    JsonNode size = object.path("size");
    boolean isEmpty = size.isNumber() && size.asLong() <= 0;
    if (isEmpty && key.endsWith("/")) {
      return new Finding.Skipped(SkipCause.FOLDER);
    }
    String version = object.path("versionId").asText();
    EventIdentity.requireUnicode(place + ".s3.bucket.name", bucket);
    EventIdentity.requireUnicode(place + ".s3.object.versionId", version);
    String sequencer = object.path("sequencer").asText(record.path("eventTime").asText());
    EventIdentity.requireUnicode(place + ".s3.object.sequencer or eventTime", sequencer);
    return new Finding.Found(
        new ImageEvent(
            new EventFacts(
                event,
                record.path("eventSource").asText(),
                bucket,
                key,
                mediaType(object.path("contentType").asText())),
            EventIdentity.ofObject(bucket, key, version, sequencer),
            reference(bucket, key),
            isEmpty
                ? new EventContent.Unpictured(
                    Reason.IMAGE_EMPTY, place + ": 0 bytes (expected: an image file)")
                : new EventContent.Pictured(
                    new ImageInput.Blob(object(bucket, key, version, place), size.asLong(), ""),
                    Wishes.NONE),
            trace));
  }

  private static String object(String bucket, String key, String version, String place)
      throws UnusableEventException {
    Optional<String> versionId = Optional.of(version).filter(each -> !each.isEmpty());
    try {
      return new S3ObjectReference(bucket, key, versionId).format();
    } catch (IllegalArgumentException e) {
      throw new UnusableEventException(
          Reason.EVENT_UNREADABLE, place + ".s3: " + e.getMessage(), e);
    }
  }

  /** MinIO names events with the scheme, AWS without. */
  private static String eventName(JsonNode record, String place) throws UnusableEventException {
    String name = text(record, "eventName", place);
    return name.startsWith(SCHEME) ? name : SCHEME + name;
  }

  private static String text(JsonNode node, String field, String place)
      throws UnusableEventException {
    JsonNode value = node.path(field);
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw new UnusableEventException(
          Reason.EVENT_UNREADABLE, place + "." + field + ": missing (expected: text)");
    }
    return value.textValue();
  }

  /**
   * Keys come as forms are written: {@code +} is a blank. Bytes that are not UTF-8 are refused:
   * read leniently, they would name another object.
   */
  private static String decoded(String key, String place) throws UnusableEventException {
    EventIdentity.requireUnicode(place + ".s3.object.key", key);
    String bytes = new String(key.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    try {
      return StrictUtf8.text(
          URLDecoder.decode(bytes, StandardCharsets.ISO_8859_1)
              .getBytes(StandardCharsets.ISO_8859_1));
    } catch (CharacterCodingException e) {
      throw new UnusableEventException(
          Reason.EVENT_UNREADABLE,
          place + ".s3.object.key: not UTF-8 once decoded (expected: a key in UTF-8)",
          e);
    } catch (IllegalArgumentException e) {
      throw new UnusableEventException(
          Reason.EVENT_UNREADABLE,
          place + ".s3.object.key: not URL-encoded (expected: %XX and + only)",
          e);
    }
  }

  private static String mediaType(String declared) {
    return declared.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private static String reference(String bucket, String key) {
    String both = bucket + "/" + key;
    return both.length() <= REFERENCE_CHARACTERS_MAX ? both : key;
  }
}
