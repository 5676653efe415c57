package io.vignette.gateway.config;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The text of a file that a configuration key names.
 *
 * <p>Read once, at the start. So nothing is read that may never end, such as a named pipe or a
 * device, and nothing that is far too large.
 */
public final class SmallTextFile {
  private static final int BYTES_MAX = 1024 * 1024;

  private SmallTextFile() {}

  /**
   * Reads a file.
   *
   * @param file a regular file, or a link to one
   * @param kind what file is expected, for messages
   * @param content what is expected in it, for messages
   * @throws ConfigurationException naming key and file, never quoting what is in it
   */
  public static String read(String key, Path file, String kind, String content) {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new ConfigurationException(
            "%s: %s: not a regular file (expected: %s)".formatted(key, file, kind));
      }
      return StandardCharsets.UTF_8.newDecoder().decode(bytes(key, file)).toString();
    } catch (CharacterCodingException e) {
      throw new ConfigurationException(
          "%s: %s: not UTF-8 (expected: %s)".formatted(key, file, content));
    } catch (IOException e) {
      throw new ConfigurationException("%s: %s (expected: %s)".formatted(key, file, kind));
    }
  }

  private static ByteBuffer bytes(String key, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new ConfigurationException(
            "%s: %s: larger than 1 MiB (expected: at most that)".formatted(key, file));
      }
      return ByteBuffer.wrap(bytes);
    }
  }
}
