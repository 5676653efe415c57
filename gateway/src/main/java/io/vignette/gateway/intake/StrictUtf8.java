package io.vignette.gateway.intake;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Reads UTF-8 without replacing what is none: different bytes are never the same text. */
final class StrictUtf8 {
  private StrictUtf8() {}

  /**
   * The text that {@code bytes} are.
   *
   * @throws CharacterCodingException if they are not UTF-8
   */
  static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(ByteBuffer.wrap(bytes))
        .toString();
  }
}
