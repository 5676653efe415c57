package io.vignette.standalone.input;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A path as a text that no other path has.
 *
 * <p>On most systems a file's name is bytes, and {@code Path.toString} gives the same text for all
 * names that are not in the user's encoding. Here each byte that is no part of UTF-8 is written as
 * U+FFFD, the replacement character, and two hexadecimal digits. So are the three bytes of a
 * replacement character that a name really has: it could be read as one of those otherwise.
 */
final class ExactName {
  private static final String REPLACEMENT = "\uFFFD";

  private ExactName() {}

  static String of(Path path) {
    String text = path.toString();
    if (!text.contains(REPLACEMENT)) {
      return text;
    }
    String root = path.getRoot() == null ? "" : path.getRoot().toString();
    return StreamSupport.stream(path.spliterator(), false)
        .map(name -> text(bytes(name)))
        .collect(Collectors.joining(path.getFileSystem().getSeparator(), root, ""));
  }

  /** The bytes of a single name, which only a URI tells. */
  private static byte[] bytes(Path name) {
    String[] segments = name.toUri().toASCIIString().split("/");
    String segment = segments[segments.length - 1];
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int at = 0; at < segment.length(); at++) {
      if (segment.charAt(at) == '%') {
        bytes.write(HexFormat.fromHexDigits(segment, at + 1, at + 3));
        at += 2;
      } else {
        bytes.write(segment.charAt(at));
      }
    }
    return bytes.toByteArray();
  }

  private static String text(byte[] name) {
    CharsetDecoder decoder = UTF_8.newDecoder();
    ByteBuffer bytes = ByteBuffer.wrap(name);
    CharBuffer chars = CharBuffer.allocate(name.length);
    StringBuilder text = new StringBuilder();
    while (bytes.hasRemaining()) {
      CoderResult result = decoder.reset().decode(bytes, chars, true);
      text.append(
          chars.flip().toString().replace(REPLACEMENT, escaped(REPLACEMENT.getBytes(UTF_8))));
      chars.clear();
      if (result.isError()) {
        byte[] unreadable = new byte[result.length()];
        bytes.get(unreadable);
        text.append(escaped(unreadable));
      }
    }
    return text.toString();
  }

  private static String escaped(byte[] bytes) {
    return HexFormat.of().withUpperCase().withPrefix(REPLACEMENT).formatHex(bytes);
  }
}
