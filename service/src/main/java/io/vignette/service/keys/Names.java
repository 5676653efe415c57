package io.vignette.service.keys;

import java.util.Locale;
import java.util.regex.Pattern;

/** How keys and environment variables are named. */
final class Names {
  private static final String PROPERTY = "vignette.";
  private static final String VARIABLE = "vignette_";

  /** {@code %prod.} and {@code _PROD_} in front of a name bind it to a profile. */
  private static final Pattern PROFILE =
      Pattern.compile(
          "^(%(\\{[^}]*}|[^.]*)\\.(?=vignette\\.)|_[A-Za-z0-9]+_(?=VIGNETTE_|vignette_))");

  private Names() {}

  /** The environment variable of a key. */
  static String variable(String key) {
    return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }

  /** The name without the profile that it is bound to. */
  static String withoutProfile(String name) {
    return PROFILE.matcher(name).replaceFirst("");
  }

  static boolean isOurs(String name) {
    return name.startsWith(PROPERTY) || isVariable(name);
  }

  static boolean isVariable(String name) {
    return name.regionMatches(true, 0, VARIABLE, 0, VARIABLE.length());
  }
}
