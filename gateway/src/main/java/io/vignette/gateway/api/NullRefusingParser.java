package io.vignette.gateway.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads JSON in which nothing may be null: a form can't write it, and no schema of a request has
 * it.
 *
 * <p>Jackson's own setting would refuse absent fields of records too.
 */
final class NullRefusingParser extends JsonParserDelegate {
  NullRefusingParser(JsonParser parser) {
    super(parser);
  }

  @Override
  public JsonToken nextToken() throws IOException {
    JsonToken token = super.nextToken();
    if (token == JsonToken.VALUE_NULL) {
      throw new NullFoundException(pathOf(getParsingContext()));
    }
    return token;
  }

  private static List<JsonMappingException.Reference> pathOf(JsonStreamContext context) {
    List<JsonMappingException.Reference> path = new ArrayList<>();
    for (JsonStreamContext step = context; !step.inRoot(); step = step.getParent()) {
      path.addFirst(
          step.inObject()
              ? new JsonMappingException.Reference(step, step.getCurrentName())
              : new JsonMappingException.Reference(step, step.getCurrentIndex()));
    }
    return path;
  }

  /** There was a null; not Jackson's kind of exception, which it would wrap. */
  static final class NullFoundException extends IOException {
    private final transient List<JsonMappingException.Reference> path;

    private NullFoundException(List<JsonMappingException.Reference> path) {
      this.path = path;
    }

    List<JsonMappingException.Reference> path() {
      return path;
    }
  }
}
