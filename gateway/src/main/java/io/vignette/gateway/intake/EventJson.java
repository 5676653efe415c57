package io.vignette.gateway.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vignette.gateway.json.StrictJson;
import io.vignette.wire.Reason;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads JSON of events: wrong types are refused by name, unknown fields are ignored, because events
 * are made for many readers. Thread-safe.
 */
final class EventJson {
  private static final int NESTING_MAX = 64;

  private final JsonMapper mapper =
      StrictJson.mapper(StreamReadConstraints.builder().maxNestingDepth(NESTING_MAX).build())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** The tree that {@code bytes} are, or empty where they are no JSON object. */
  Optional<JsonNode> object(byte[] bytes) {
    try {
      return Optional.ofNullable(mapper.readTree(bytes)).filter(JsonNode::isObject);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * The request that an event's data are.
   *
   * @throws UnusableEventException naming the field at fault
   */
  EventBody body(JsonNode data) throws UnusableEventException {
    try {
      return mapper.treeToValue(data, EventBody.class);
    } catch (JsonMappingException e) {
      String field =
          e.getPath().stream()
              .map(
                  step ->
                      step.getFieldName() == null
                          ? "[" + step.getIndex() + "]"
                          : "." + step.getFieldName())
              .collect(Collectors.joining());
      throw new UnusableEventException(
          Reason.REQUEST_INVALID,
          "data" + field + ": of the wrong type (expected: as in a caption request)",
          e);
    } catch (JsonProcessingException e) {
      throw new UnusableEventException(
          Reason.EVENT_UNREADABLE, "data: not JSON (expected: a JSON object)", e);
    }
  }
}
