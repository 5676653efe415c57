package io.vignette.gateway.intake;

import io.vignette.gateway.intake.IntakeConfig.MatchConfig;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** What a rule asks of an event: all that its configuration names. */
record Conditions(MatchConfig match) implements Predicate<EventFacts> {
  private static final String ANYTHING = "*";

  @Override
  public boolean test(EventFacts facts) {
    return matches(match.type(), facts.type())
        && matches(match.source(), facts.source())
        && matches(match.bucket(), facts.bucket())
        && facts.name().startsWith(match.prefix().orElse(""))
        && facts.name().endsWith(match.suffix().orElse(""))
        && matches(match.mediaType().map(type -> type.toLowerCase(Locale.ROOT)), facts.mediaType());
  }

  /** Whole, or by its beginning where {@code wanted} ends in {@code *}; nothing wanted matches. */
  private static boolean matches(Optional<String> wanted, String text) {
    return wanted
        .map(
            each ->
                each.endsWith(ANYTHING)
                    ? text.startsWith(each.substring(0, each.length() - 1))
                    : text.equals(each))
        .orElse(true);
  }
}
