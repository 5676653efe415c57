package io.vignette.gateway.intake;

import io.vignette.records.ShownText;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What is wrong with a CloudEvent that the SDK refuses, in words of the specification.
 *
 * <p>The SDK's own texts name Java classes, and say nothing to whoever published the event. This
 * looks at the attributes once more, after a refusal only. Stateless.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md">CloudEvents
 *     1.0, context attributes</a>
 */
final class CloudEventFault {
  private static final List<String> REQUIRED = List.of("specversion", "id", "source", "type");
  private static final List<String> ADDRESSES = List.of("source", "dataschema");

  private CloudEventFault() {}

  /**
   * The first fault that is found, such as {@code time: 'noon'}.
   *
   * @param attribute an attribute's text by its name; empty where it is absent or no text
   */
  static String of(Function<String, Optional<String>> attribute) {
    for (String name : REQUIRED) {
      if (attribute.apply(name).filter(text -> !text.isEmpty()).isEmpty()) {
        return name + ": missing or no text";
      }
    }
    return malformed(attribute, "specversion", "1.0"::equals)
        .or(() -> malformedAddress(attribute))
        .or(() -> malformed(attribute, "time", CloudEventFault::isTime))
        .orElse("an attribute or the data: malformed");
  }

  private static Optional<String> malformedAddress(Function<String, Optional<String>> attribute) {
    return ADDRESSES.stream()
        .flatMap(name -> malformed(attribute, name, CloudEventFault::isAddress).stream())
        .findFirst();
  }

  private static Optional<String> malformed(
      Function<String, Optional<String>> attribute, String name, Predicate<String> isValid) {
    return attribute
        .apply(name)
        .filter(text -> !isValid.test(text))
        .map(text -> "%s: '%s'".formatted(name, ShownText.of(text)));
  }

  private static boolean isAddress(String text) {
    try {
      return !new URI(text).toString().isEmpty();
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean isTime(String text) {
    try {
      return OffsetDateTime.parse(text).getYear() >= 0;
    } catch (DateTimeParseException e) {
      return false;
    }
  }
}
