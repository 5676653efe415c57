package io.vignette.gateway.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vignette.gateway.json.StrictJson;
import io.vignette.gateway.submission.RejectedException;
import io.vignette.wire.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON request strictly: unknown fields, fields that come twice, nulls, wrong types and
 * anything behind the object are refused by name.
 *
 * <p>Thread-safe. Has its own mapper, because the application's may be lenient and because a
 * picture in base64 is a longer string than Jackson takes by default.
 */
@ApplicationScoped
public class BodyReader {
  /** How Jackson's duplicate detection begins; it has no type of its own. */
  private static final String TWICE = "Duplicate field '";

  private static final int STRING_CHARACTERS_MAX = 96 * 1024 * 1024;
  private static final int NESTING_MAX = 16;

  /**
   * The longest request that can be valid has some 500: 16 prompts and 32 pairs of metadata. Each
   * is an object of its own before their number is checked: millions of them would fill the memory.
   */
  private static final long TOKENS_MAX = 10_000;

  private static final String BODY = "body";
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final JsonMapper mapper =
      StrictJson.mapper(
              StreamReadConstraints.builder()
                  .maxStringLength(STRING_CHARACTERS_MAX)
                  .maxNestingDepth(NESTING_MAX)
                  .maxTokenCount(TOKENS_MAX)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /**
   * The request in {@code body}. Blocks.
   *
   * @throws RejectedException naming the field at fault
   */
  CaptionBody read(InputStream body) throws RejectedException {
    // Jackson guesses among encodings, and takes bytes that are no UTF-8.
    CharsetDecoder strict =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    return read(
        BODY,
        () -> mapper.createParser(new InputStreamReader(withoutMark(body), strict)),
        mapper.constructType(CaptionBody.class));
  }

  /** A byte order mark may be ignored (RFC 8259, 8.1), and some clients write one. */
  private static InputStream withoutMark(InputStream body) throws IOException {
    PushbackInputStream marked = new PushbackInputStream(body, BYTE_ORDER_MARK.length);
    byte[] first = marked.readNBytes(BYTE_ORDER_MARK.length);
    if (!Arrays.equals(first, BYTE_ORDER_MARK)) {
      marked.unread(first);
    }
    return marked;
  }

  /**
   * A field of a form that is itself JSON.
   *
   * @throws RejectedException naming the field at fault
   */
  <T> T read(String field, String json, TypeReference<T> type) throws RejectedException {
    return read(field, () -> mapper.createParser(json), mapper.constructType(type));
  }

  private interface Opening {
    JsonParser open() throws IOException;
  }

  private <T> T read(String name, Opening json, JavaType type) throws RejectedException {
    try (JsonParser parser = new NullRefusingParser(json.open())) {
      return mapper.readValue(parser, type);
    } catch (NullRefusingParser.NullFoundException e) {
      throw invalid(nameOf(name, e.path()) + ": null (expected: a value, or no such field)", e);
    } catch (UnrecognizedPropertyException e) {
      throw unknownField(name, e);
    } catch (StreamConstraintsException e) {
      throw tooLong(name, e);
    } catch (JsonMappingException e) {
      if (e.getCause() instanceof StreamConstraintsException exceeded) {
        throw tooLong(name, exceeded);
      }
      if (e.getCause() instanceof StreamReadException malformed) {
        throw notJson(name, malformed);
      }
      throw invalid(
          nameOf(name, e.getPath())
              + ": of the wrong type or missing (expected: as in the OpenAPI document)"
              + place(e),
          e);
    } catch (JsonProcessingException e) {
      throw notJson(name, e);
    } catch (NumberFormatException e) {
      throw invalid(name + ": a number beyond all limits (expected: a smaller exponent)", e);
    } catch (CharConversionException e) {
      throw invalid(name + ": not JSON (expected: JSON in UTF-8)", e);
    } catch (BodyLimit.ExceededException e) {
      throw new RejectedException(Reason.REQUEST_TOO_LARGE, String.valueOf(e.getMessage()), e);
    } catch (BodyBudget.FullException e) {
      throw new RejectedException(Reason.GATEWAY_BUSY, String.valueOf(e.getMessage()), e);
    } catch (CharacterCodingException e) {
      throw invalid(name + ": not UTF-8 (expected: JSON in UTF-8)", e);
    } catch (IOException e) {
      throw invalid(name + ": broke off (expected: whole JSON)", e);
    }
  }

  private static RejectedException tooLong(String name, StreamConstraintsException e) {
    return new RejectedException(
        Reason.REQUEST_TOO_LARGE,
        name + ": too long, too deep or too many values (expected: within the limits)",
        e);
  }

  private static RejectedException notJson(String name, JsonProcessingException e) {
    String said = String.valueOf(e.getOriginalMessage());
    if (said.startsWith(TWICE)) {
      String field = said.substring(TWICE.length()).replaceFirst("'$", "");
      return invalid(Excerpt.of(field) + ": twice" + place(e) + " (expected: each field once)", e);
    }
    return invalid(name + ": not JSON" + place(e) + " (expected: JSON)", e);
  }

  private static RejectedException unknownField(String name, UnrecognizedPropertyException e) {
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
        nameOf(name, e.getPath()) + ": unknown field (expected: one of " + known + ")",
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

  /** Within the body as clients write it: fields by their path alone. */
  private static String nameOf(String root, List<JsonMappingException.Reference> path) {
    StringBuilder name = new StringBuilder(root.equals(BODY) ? "" : root);
    for (JsonMappingException.Reference step : path) {
      if (step.getFieldName() == null) {
        name.append('[').append(step.getIndex()).append(']');
      } else {
        name.append(name.isEmpty() ? "" : ".").append(Excerpt.of(step.getFieldName()));
      }
    }
    return name.isEmpty() ? root : name.toString();
  }
}
