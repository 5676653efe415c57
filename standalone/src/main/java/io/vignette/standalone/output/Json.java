package io.vignette.standalone.output;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Records to and from JSON. */
final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  static final ObjectWriter WRITER = MAPPER.writerFor(CaptionRecord.class);
  static final ObjectReader READER = MAPPER.readerFor(CaptionRecord.class);

  private Json() {}
}
