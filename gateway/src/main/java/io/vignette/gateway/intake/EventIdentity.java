package io.vignette.gateway.intake;

import io.vignette.wire.Reason;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The idempotency key of an event, from which the id of its job is made.
 *
 * <p>Fixed for ever: another text would make other jobs of events that are repeated. Each part is
 * form-encoded, so that the line breaks between them are the only ones; and because a header cannot
 * have a line break, no client's {@code Idempotency-Key} is ever the same text.
 */
final class EventIdentity {
  private EventIdentity() {}

  /** The key of a CloudEvent: source and id name it, says the specification. */
  static String ofCloudEvent(String source, String id) {
    return key("cloudevents", List.of(source, id));
  }

  /**
   * The key of an S3 object's creation.
   *
   * @param version empty = the bucket has no versions
   * @param sequencer orders the events of a key; where a store has none, the event's time
   */
  static String ofObject(String bucket, String key, String version, String sequencer) {
    return key("s3", List.of(bucket, key, version, sequencer));
  }

  /**
   * Refuses a text with half a surrogate pair: its form-encoding is a question mark, and two events
   * would have one key.
   *
   * @throws UnusableEventException naming {@code what}
   */
  static void requireUnicode(String what, String text) throws UnusableEventException {
    boolean isUnicode =
        text.codePoints().noneMatch(each -> Character.getType(each) == Character.SURROGATE);
    if (!isUnicode) {
      throw new UnusableEventException(
          Reason.EVENT_UNREADABLE, what + ": an unpaired surrogate (expected: Unicode text)");
    }
  }

  private static String key(String kind, List<String> parts) {
    return parts.stream()
        .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8))
        .collect(Collectors.joining("\n", "image-event\n" + kind + "\n", ""));
  }
}
