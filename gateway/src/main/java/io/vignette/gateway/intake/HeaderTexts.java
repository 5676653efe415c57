package io.vignette.gateway.intake;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Record headers as texts. */
final class HeaderTexts {
  private HeaderTexts() {}

  /** The last value of a header; empty where it is absent or null. */
  static Optional<String> last(Headers headers, String name) {
    return Optional.ofNullable(headers.lastHeader(name))
        .map(Header::value)
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }
}
