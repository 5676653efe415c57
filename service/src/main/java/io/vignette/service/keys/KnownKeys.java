package io.vignette.service.keys;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * All keys that gateways and workers read: each knows the other's too, because both are given the
 * same settings.
 *
 * <p>Immutable.
 */
public final class KnownKeys {
  private static final String RESOURCE = "known-keys.txt";

  private final List<KnownKey> keys;

  private KnownKeys(List<KnownKey> keys) {
    this.keys = keys;
  }

  /** Those of the mappings, as {@code docs/configuration.md} has them. */
  public static KnownKeys bundled() {
    try (InputStream list = KnownKeys.class.getResourceAsStream(RESOURCE)) {
      if (list == null) {
        throw new IllegalStateException(RESOURCE + ": missing (expected: beside this class)");
      }
      return of(new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param texts as {@link KnownKey#of} takes them
   */
  static KnownKeys of(Collection<String> texts) {
    return new KnownKeys(texts.stream().map(KnownKey::of).toList());
  }

  /** As the reference writes them. */
  public List<String> texts() {
    return keys.stream().map(KnownKey::text).toList();
  }

  boolean has(String name) {
    return Names.isVariable(name)
        ? keys.stream().anyMatch(key -> key.isVariable(name))
        : keys.stream().anyMatch(key -> key.isProperty(name));
  }

  /** What was probably meant, spelt as {@code wrong} is: as a property or as a variable. */
  Optional<String> nearest(String wrong) {
    return Names.isVariable(wrong)
        ? Spelling.nearest(wrong.replaceAll("_\\d+_", "_N_"), spelt(KnownKey::variable))
        : Spelling.nearest(wrong.replaceAll("\\[\\d+]", "[N]"), spelt(KnownKey::text));
  }

  private Stream<String> spelt(Function<KnownKey, String> spelling) {
    return Stream.concat(keys.stream().map(spelling), OtherNames.meanings().keySet().stream());
  }
}
