package io.vignette.service.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Looks through all sources of the configuration for keys of ours that nobody reads. */
final class KeyCheck {
  private static final String ENVIRONMENT = "EnvConfigSource";
  private static final String JVM_PROPERTIES = "SysPropConfigSource";

  /** How sources that were read from a file call themselves. */
  private static final Pattern FILE = Pattern.compile("\\w+\\[source=(.*)]");

  private final KnownKeys known;

  KeyCheck(KnownKeys known) {
    this.known = known;
  }

  /** In the order of the sources, then by name. */
  List<UnknownKey> unknownKeys(Iterable<ConfigSource> sources) {
    List<UnknownKey> unknown = new ArrayList<>();
    for (ConfigSource source : sources) {
      names(source).stream()
          .filter(name -> isUnknown(source, name))
          .sorted()
          .map(
              name ->
                  new UnknownKey(name, origin(source), known.nearest(Names.withoutProfile(name))))
          .forEach(unknown::add);
    }
    return unknown;
  }

  /** Variables as they are spelt there: such a source itself tells guessed keys. */
  private static Set<String> names(ConfigSource source) {
    return source.getName().startsWith(ENVIRONMENT)
        ? source.getProperties().keySet()
        : source.getPropertyNames();
  }

  private boolean isUnknown(ConfigSource source, String name) {
    String key = Names.withoutProfile(name);
    return Names.isOurs(key)
        && !known.has(key)
        && !OtherNames.have(key, Objects.requireNonNullElse(source.getValue(name), ""));
  }

  private static String origin(ConfigSource source) {
    return switch (source.getName()) {
      case ENVIRONMENT -> "environment";
      case JVM_PROPERTIES -> "property of the JVM";
      default -> FILE.matcher(source.getName()).replaceFirst("$1");
    };
  }
}
