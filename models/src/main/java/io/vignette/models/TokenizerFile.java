package io.vignette.models;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A Hugging Face {@code tokenizer.json}, read only as far as its vocabulary's size.
 *
 * <p>Understands {@code model.vocab} as an object of ids (BPE, WordPiece, WordLevel) and as a list
 * of entries (Unigram), and {@code added_tokens}. Not thread-safe.
 */
final class TokenizerFile {
  private final Path file;
  private long largestId = -1;

  private TokenizerFile(Path file) {
    this.file = file;
  }

  /** One more than the largest id of any token. */
  static int vocabularySize(Path file) throws InvalidModelException {
    return new TokenizerFile(file).readSize();
  }

  private int readSize() throws InvalidModelException {
    try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
      JsonToken root = json.nextToken();
      if (root == JsonToken.START_OBJECT) {
        readRoot(json);
      }
    } catch (IOException e) {
      throw new InvalidModelException(file, "not a tokenizer: " + firstLine(e), e);
    }
    if (largestId < 0 || largestId >= Integer.MAX_VALUE) {
      throw new InvalidModelException(
          file, "model.vocab: largest id %d (expected: at least 0)".formatted(largestId));
    }
    return (int) largestId + 1;
  }

  private void readRoot(JsonParser json) throws IOException {
    String field;
    while ((field = nextField(json)) != null) {
      switch (field) {
        case "model" -> readModel(json);
        case "added_tokens" -> readAddedTokens(json);
        default -> json.skipChildren();
      }
    }
  }

  private void readModel(JsonParser json) throws IOException {
    String field;
    while ((field = nextField(json)) != null) {
      if (!field.equals("vocab")) {
        json.skipChildren();
      } else if (json.currentToken() == JsonToken.START_ARRAY) {
        readEntries(json);
      } else {
        readIds(json);
      }
    }
  }

  private void readIds(JsonParser json) throws IOException {
    while (nextField(json) != null) {
      seen(json.getLongValue());
    }
  }

  private void readEntries(JsonParser json) throws IOException {
    for (long id = 0; json.nextToken() != JsonToken.END_ARRAY; id++) {
      json.skipChildren();
      seen(id);
    }
  }

  private void readAddedTokens(JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.START_OBJECT) {
      String field;
      while ((field = nextField(json)) != null) {
        if (field.equals("id")) {
          seen(json.getLongValue());
        } else {
          json.skipChildren();
        }
      }
    }
  }

  /** The next field's name, with the parser on its value; null at the end of the object. */
  private static @Nullable String nextField(JsonParser json) throws IOException {
    String name = json.nextFieldName();
    if (name != null) {
      json.nextToken();
    }
    return name;
  }

  private void seen(long id) {
    largestId = Math.max(largestId, id);
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
