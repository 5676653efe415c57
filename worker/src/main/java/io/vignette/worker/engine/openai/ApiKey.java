package io.vignette.worker.engine.openai;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A secret that the server asks for.
 *
 * <p>Never shows itself: {@link #toString()} hides it, {@link #hiddenIn} takes it out of texts that
 * others wrote.
 */
public final class ApiKey {
  private static final int CHARACTERS_MAX = 4096;
  private static final String HIDDEN = "(hidden)";

  private final String secret;

  private ApiKey(String secret) {
    this.secret = secret;
  }

  /**
   * A key given as text, for example by an environment variable.
   *
   * @param source where the text is from, for messages
   * @throws IllegalArgumentException if it is no key; the message does not repeat it
   */
  public static ApiKey of(String text, String source) {
    String secret = text.strip();
    if (secret.isEmpty() || secret.length() > CHARACTERS_MAX) {
      throw new IllegalArgumentException(
          "API key in %s: %d characters (expected: 1 to %d)"
              .formatted(source, secret.length(), CHARACTERS_MAX));
    }
    if (!secret.chars().allMatch(character -> character > ' ' && character < 0x7f)) {
      throw new IllegalArgumentException(
          "API key in %s: spaces, line breaks or other characters (expected: one word of ASCII)"
              .formatted(source));
    }
    return new ApiKey(secret);
  }

  /**
   * A key in a file of its own; a line break at its end doesn't matter.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if its content is no key; the message does not repeat it
   */
  public static ApiKey read(Path file) throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      byte[] bytes = content.readNBytes(2 * CHARACTERS_MAX);
      return of(new String(bytes, StandardCharsets.UTF_8), file.toString());
    }
  }

  /** The value of the header {@code Authorization}. */
  String authorization() {
    return "Bearer " + secret;
  }

  /** {@code text} without this key: servers repeat what they refuse. */
  String hiddenIn(String text) {
    return text.replace(secret, HIDDEN);
  }

  @Override
  public String toString() {
    return HIDDEN;
  }
}
