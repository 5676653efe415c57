package io.vignette.gateway.api;

import io.vignette.gateway.submission.RejectedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A part of a form.
 *
 * @param isFile whether the part has a file name
 * @param type the part's own content type, as it was written
 * @param bytes the content as far as it is within the limit of {@link FormParts}
 * @param size bytes of the whole content
 */
@SuppressWarnings("ArrayRecordComponent") // Up to 64 MiB, handed over once, never compared.
record FormPart(String name, boolean isFile, Optional<String> type, byte[] bytes, long size) {

  /**
   * The content as text: UTF-8, unless the part's type names another charset.
   *
   * @throws RejectedException if the part is a file, or its bytes are no text of that charset
   */
  String text() throws RejectedException {
    if (isFile) {
      throw RequestParts.invalid(name + ": a file (expected: a part without a file name)");
    }
    Charset charset = charset();
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw RequestParts.invalid(
          name + ": not a text in " + charset + " (expected: UTF-8, or the charset of the part)",
          e);
    }
  }

  private Charset charset() throws RejectedException {
    String parameters = type.filter(text -> text.contains(";")).orElse("");
    String named =
        FormParts.parameters(parameters.substring(Math.max(0, parameters.indexOf(';'))))
            .get("charset");
    try {
      return named == null ? StandardCharsets.UTF_8 : Charset.forName(named);
    } catch (IllegalArgumentException e) {
      throw RequestParts.invalid(
          name + ": charset '" + Excerpt.of(String.valueOf(named)) + "' (expected: UTF-8)", e);
    }
  }
}
