package io.vignette.worker.engine.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;

/**
 * A question as JSON on its way out.
 *
 * <p>The picture is the body's middle and by far its largest part: it is encoded piece by piece as
 * the connection takes it, never as a whole, so a request costs one piece of memory beside the
 * file's own bytes. The body's length is known beforehand: not every server takes chunks.
 */
final class ChatBody {
  private static final JsonFactory JSON = new JsonFactory();

  private final byte[] head;
  private final byte[] image;
  private final byte[] tail;

  private ChatBody(byte[] head, byte[] image, byte[] tail) {
    this.head = head;
    this.image = image;
    this.tail = tail;
  }

  static ChatBody of(ChatQuestion question, String model, Dialect dialect) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("model", model);
      json.writeNumberField(dialect.tokenLimit(), question.maxNewTokens());
      if (dialect.isGreedy()) {
        json.writeNumberField("temperature", 0);
      }
      json.writeArrayFieldStart("messages");
      json.writeStartObject();
      json.writeStringField("role", "user");
      json.writeArrayFieldStart("content");
      openImage(json, question.mediaType());
      json.flush();
      int headBytes = out.size();
      closeImage(json);
      writeText(json, question.text());
      json.writeEndArray();
      json.writeEndObject();
      json.writeEndArray();
      json.writeEndObject();
      json.flush();
      byte[] all = out.toByteArray();
      return new ChatBody(
          Arrays.copyOf(all, headBytes),
          question.image(),
          Arrays.copyOfRange(all, headBytes, all.length));
    } catch (IOException e) {
      throw new UncheckedIOException("memory refuses to be written", e);
    }
  }

  private static void openImage(JsonGenerator json, ChatQuestion.MediaType type)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "image_url");
    json.writeObjectFieldStart("image_url");
    json.writeFieldName("url");
    json.writeRawValue("\"data:" + type.type() + ";base64,");
  }

  private static void closeImage(JsonGenerator json) throws IOException {
    json.writeRaw('"');
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void writeText(JsonGenerator json, String text) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "text");
    json.writeStringField("text", text);
    json.writeEndObject();
  }

  /** The body for one request; may be asked for again. */
  BodyPublisher publisher() {
    Base64Pieces pieces = new Base64Pieces(image);
    return BodyPublishers.concat(
        BodyPublishers.ofByteArray(head),
        BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(pieces), pieces.length()),
        BodyPublishers.ofByteArray(tail));
  }
}
