package io.vignette.gateway.intake;

import io.vignette.records.ShownText;
import io.vignette.wire.Reason;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Record headers as texts. */
final class HeaderTexts {
  private HeaderTexts() {}

  /** The last value of a header; empty where it is absent or null. */
  static Optional<String> last(Headers headers, String name) {
    return Optional.ofNullable(headers.lastHeader(name))
        .map(Header::value)
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }

  /**
   * Refuses headers that may be read in more than one way: two of a name, whose case doesn't
   * matter, and values that are not UTF-8, which would become the same text.
   *
   * @param names which headers to look at, by their names in lower case
   * @throws UnusableEventException naming the header
   */
  static void requireClear(Headers headers, Predicate<String> names) throws UnusableEventException {
    Set<String> seen = new HashSet<>();
    for (Header header : headers) {
      String name = header.key().toLowerCase(Locale.ROOT);
      if (!names.test(name)) {
        continue;
      }
      if (!seen.add(name)) {
        throw unclear(name, "twice (expected: once)", null);
      }
      requireUtf8(name, header);
    }
  }

  private static void requireUtf8(String name, Header header) throws UnusableEventException {
    try {
      if (header.value() != null) {
        StrictUtf8.text(header.value());
      }
    } catch (CharacterCodingException e) {
      throw unclear(name, "not UTF-8 (expected: text in UTF-8)", e);
    }
  }

  private static UnusableEventException unclear(
      String name, String fault, @Nullable Throwable cause) {
    return new UnusableEventException(
        Reason.EVENT_UNREADABLE, "header " + ShownText.of(name) + ": " + fault, cause);
  }
}
