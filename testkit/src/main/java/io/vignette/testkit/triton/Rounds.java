package io.vignette.testkit.triton;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Counts for {@link InRounds}. */
final class Rounds implements ClassTemplateInvocationContextProvider {

  private static final String PROPERTY = "vignette.triton.rounds";

  @Override
  public boolean supportsClassTemplate(ExtensionContext context) {
    return true;
  }

  @Override
  public Stream<Round> provideClassTemplateInvocationContexts(ExtensionContext context) {
    int rounds = count(System.getProperty(PROPERTY, "1"));
    return IntStream.rangeClosed(1, rounds).mapToObj(number -> new Round(number, rounds));
  }

  static int count(String text) {
    if (!text.matches("[1-9]\\d{0,3}")) {
      throw new IllegalArgumentException("%s: %s (expected: 1 to 9999)".formatted(PROPERTY, text));
    }
    return Integer.parseInt(text);
  }

  record Round(int number, int rounds) implements ClassTemplateInvocationContext {

    @Override
    public String getDisplayName(int invocationIndex) {
      return "round %d of %d".formatted(number, rounds);
    }
  }
}
