package io.vignette.service.reference;

import java.util.List;
import java.util.Locale;

/**
 * One key, or a group of keys that repeats.
 *
 * @param key with {@code N} for an index and {@code KEY} for any text
 * @param type in words; empty for a group
 * @param range within the type; empty: all of it
 * @param standard what holds without it
 * @param indexed whether its values may be given one by one, by index
 */
record Setting(
    String key,
    String type,
    String range,
    String standard,
    String meaning,
    String reloadable,
    boolean indexed) {

  boolean isGroup() {
    return type.isEmpty();
  }

  String variable() {
    return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }

  /** All names by which a value is given. */
  List<String> names() {
    if (isGroup()) {
      return List.of();
    }
    return indexed ? List.of(key, key + "[N]") : List.of(key);
  }
}
