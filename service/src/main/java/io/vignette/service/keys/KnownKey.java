package io.vignette.service.keys;

import java.util.regex.Pattern;

/**
 * A key that a mapping of gateway or worker reads, written as in the reference: {@code N} stands
 * for an index, a last part {@code KEY} for any text.
 *
 * <p>Immutable.
 */
final class KnownKey {
  private static final String INDEX = "[N]";
  private static final String ANY = ".KEY";

  private final String text;
  private final String variable;
  private final Pattern properties;
  private final Pattern variables;

  private KnownKey(String text) {
    this.text = text;
    this.variable = Names.variable(text);
    this.properties = Pattern.compile(propertiesOf(text));
    this.variables = Pattern.compile(variablesOf(text), Pattern.CASE_INSENSITIVE);
  }

  /** For example {@code vignette.intake.rules[N].metadata.KEY}. */
  static KnownKey of(String text) {
    return new KnownKey(text);
  }

  private static String propertiesOf(String text) {
    boolean open = text.endsWith(ANY);
    String fixed = open ? text.substring(0, text.length() - ANY.length()) : text;
    return Pattern.quote(fixed).replace(INDEX, "\\E\\[\\d+\\]\\Q") + (open ? "\\..+" : "");
  }

  private static String variablesOf(String text) {
    boolean open = text.endsWith(ANY);
    String fixed = open ? text.substring(0, text.length() - ANY.length()) : text;
    return Names.variable(fixed.replace(INDEX, "_0_")).replace("_0_", "_\\d+_")
        + (open ? "_.+" : "");
  }

  /** As the reference writes it. */
  String text() {
    return text;
  }

  /** Its environment variable, as the reference writes it. */
  String variable() {
    return variable;
  }

  boolean isProperty(String name) {
    return properties.matcher(name).matches();
  }

  boolean isVariable(String name) {
    return variables.matcher(name).matches();
  }
}
