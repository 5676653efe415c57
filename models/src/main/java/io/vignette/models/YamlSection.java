package io.vignette.models;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A mapping in a YAML file that has all the keys it must have, and none but those it may have.
 *
 * <p>Strict on purpose: a misspelt key would otherwise be a default in disguise.
 */
final class YamlSection {
  private final Path file;
  private final String prefix;
  private final Map<String, @Nullable Object> values;

  private YamlSection(Path file, String prefix, Map<String, @Nullable Object> values) {
    this.file = file;
    this.prefix = prefix;
    this.values = values;
  }

  /** The whole document; besides {@code keys} it may have {@code optional}. */
  static YamlSection of(Path file, @Nullable Object node, Set<String> optional, String... keys)
      throws InvalidModelException {
    return of(file, "", node, optional, Set.of(keys));
  }

  private static YamlSection of(
      Path file, String prefix, @Nullable Object node, Set<String> optional, Set<String> keys)
      throws InvalidModelException {
    if (!(node instanceof Map<?, ?> map)) {
      String name = prefix.isEmpty() ? "document" : prefix.substring(0, prefix.length() - 1);
      throw new InvalidModelException(
          file, "%s: %s (expected: a mapping of %s)".formatted(name, node, new TreeSet<>(keys)));
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    map.forEach((key, value) -> values.put(String.valueOf(key), value));
    return new YamlSection(file, prefix, values).requireKeys(optional, keys);
  }

  private YamlSection requireKeys(Set<String> optional, Set<String> keys)
      throws InvalidModelException {
    Set<String> known = new TreeSet<>(keys);
    known.addAll(optional);
    Set<String> unknown = new TreeSet<>(values.keySet());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw problem(unknown.iterator().next(), "unknown key (expected: only %s)", known);
    }
    Set<String> missing = new TreeSet<>(keys);
    missing.removeAll(values.keySet());
    if (!missing.isEmpty()) {
      throw problem(missing.iterator().next(), "missing (found: %s)", values.keySet());
    }
    return this;
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  YamlSection section(String key, String... keys) throws InvalidModelException {
    return of(file, prefix + key + ".", values.get(key), Set.of(), Set.of(keys));
  }

  String text(String key) throws InvalidModelException {
    Object value = values.get(key);
    if (!(value instanceof String text)) {
      throw problem(key, "%s (expected: a text)", value);
    }
    return text;
  }

  String requireText(String key) throws InvalidModelException {
    String text = text(key);
    if (text.isBlank()) {
      throw problem(key, "\"%s\" (expected: a text that is not empty)", text);
    }
    return text;
  }

  /** A whole number within bounds, both included. */
  int integer(String key, int min, int max) throws InvalidModelException {
    return requireInteger(key, values.get(key), min, max);
  }

  /** A number from 0 to 1. */
  double share(String key) throws InvalidModelException {
    if (values.get(key) instanceof Number number
        && number.doubleValue() >= 0
        && number.doubleValue() <= 1) {
      return number.doubleValue();
    }
    throw problem(key, "%s (expected: a number, 0 to 1)", values.get(key));
  }

  /** A list of whole numbers within bounds, with at least one entry. */
  List<Integer> integers(String key, int min, int max) throws InvalidModelException {
    if (!(values.get(key) instanceof List<?> list) || list.isEmpty()) {
      throw problem(key, "%s (expected: a list of at least one whole number)", values.get(key));
    }
    List<Integer> integers = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      integers.add(requireInteger(key + "[" + i + "]", list.get(i), min, max));
    }
    return integers;
  }

  private int requireInteger(String key, @Nullable Object value, int min, int max)
      throws InvalidModelException {
    if (!(value instanceof Integer number) || number < min || number > max) {
      throw problem(key, "%s (expected: a whole number, %s)", value, range(min, max));
    }
    return number;
  }

  private static String range(int min, int max) {
    return max == Integer.MAX_VALUE ? "at least " + min : min + " to " + max;
  }

  /** A problem with one key of this section. */
  InvalidModelException problem(String key, String format, @Nullable Object... arguments) {
    return new InvalidModelException(file, prefix + key + ": " + format.formatted(arguments));
  }
}
