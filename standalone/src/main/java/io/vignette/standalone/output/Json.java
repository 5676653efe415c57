package io.vignette.standalone.output;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/** Records to and from JSON. */
final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  static final ObjectWriter WRITER = MAPPER.writerFor(CaptionRecord.class);
  static final ObjectReader READER = MAPPER.readerFor(CaptionRecord.class);

  private Json() {}

  /** Why something is no record, without the names of Java classes that Jackson gives. */
  static String problem(JacksonException e) {
    String place =
        e.getLocation() == null
            ? ""
            : "line %d, column %d: "
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    if (e instanceof JsonMappingException mapping) {
      return place
          + field(mapping)
          + "a value of another kind (expected: %s)".formatted(expected(mapping));
    }
    return place + String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
  }

  private static String expected(JsonMappingException e) {
    Class<?> type = e instanceof MismatchedInputException input ? input.getTargetType() : null;
    if (type == String.class) {
      return "a text";
    }
    if (type == Double.class) {
      return "a number";
    }
    if (type == boolean.class) {
      return "true or false";
    }
    return type != null && List.class.isAssignableFrom(type) ? "a list" : "an object";
  }

  private static String field(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() != null) {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.isEmpty() ? "" : path + ": ";
  }
}
