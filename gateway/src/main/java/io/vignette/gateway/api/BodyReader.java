package io.vignette.gateway.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vignette.gateway.submission.RejectedException;
import io.vignette.wire.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON request strictly: unknown fields, wrong types and anything behind the object are
 * refused by name.
 *
 * <p>Thread-safe. Has its own mapper, because the application's may be lenient and because a
 * picture in base64 is a longer string than Jackson takes by default.
 */
@ApplicationScoped
public class BodyReader {
  private static final int STRING_CHARACTERS_MAX = 96 * 1024 * 1024;
  private static final int NESTING_MAX = 16;

  private final ObjectReader reader =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(STRING_CHARACTERS_MAX)
                          .maxNestingDepth(NESTING_MAX)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build()
          .readerFor(CaptionBody.class);

  private final BodyLimit limit;

  @Inject
  public BodyReader(BodyLimit limit) {
    this.limit = limit;
  }

  /**
   * The request in {@code body}. Blocks.
   *
   * @throws RejectedException naming the field at fault
   */
  CaptionBody read(InputStream body) throws RejectedException {
    try {
      CaptionBody read = reader.readValue(limit.limit(body));
      if (read == null) {
        throw invalid("body: null (expected: a JSON object)", null);
      }
      return read;
    } catch (UnrecognizedPropertyException e) {
      throw unknownField(e);
    } catch (StreamConstraintsException e) {
      throw new RejectedException(
          Reason.REQUEST_TOO_LARGE, "body: a value is too long (expected: within the limits)", e);
    } catch (JsonMappingException e) {
      throw invalid(
          nameOf(e.getPath())
              + ": of the wrong type or missing (expected: as in the"
              + " OpenAPI document)"
              + place(e),
          e);
    } catch (JsonProcessingException e) {
      throw invalid("body: not JSON" + place(e) + " (expected: a JSON object)", e);
    } catch (BodyLimit.ExceededException e) {
      throw new RejectedException(Reason.REQUEST_TOO_LARGE, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw invalid("body: broke off (expected: a whole JSON object)", e);
    }
  }

  private static RejectedException unknownField(UnrecognizedPropertyException e) {
    boolean isGeneration =
        e.getPath().size() > 1 && "generation".equals(e.getPath().getFirst().getFieldName());
    String known =
        e.getKnownPropertyIds() == null
            ? "none"
            : e.getKnownPropertyIds().stream()
                .map(String::valueOf)
                .sorted()
                .collect(Collectors.joining(", "));
    return new RejectedException(
        isGeneration ? Reason.GENERATION_UNSUPPORTED : Reason.REQUEST_INVALID,
        nameOf(e.getPath()) + ": unknown field (expected: one of " + known + ")",
        e);
  }

  private static RejectedException invalid(String message, @Nullable Throwable cause) {
    return new RejectedException(Reason.REQUEST_INVALID, message, cause);
  }

  private static String place(JsonProcessingException e) {
    return e.getLocation() == null
        ? ""
        : ", line " + e.getLocation().getLineNr() + " column " + e.getLocation().getColumnNr();
  }

  private static String nameOf(List<JsonMappingException.Reference> path) {
    StringBuilder name = new StringBuilder();
    for (JsonMappingException.Reference step : path) {
      if (step.getFieldName() == null) {
        name.append('[').append(step.getIndex()).append(']');
      } else {
        name.append(name.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return name.isEmpty() ? "body" : name.toString();
  }
}
