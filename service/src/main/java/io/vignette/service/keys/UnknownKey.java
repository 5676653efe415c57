package io.vignette.service.keys;

import java.util.Optional;

/**
 * A key of ours that nobody reads. Its value stays unsaid: it may be a secret.
 *
 * @param name as it was found
 * @param origin in words, or as the configuration's source calls itself
 * @param nearest what was probably meant, if anything is like it
 */
record UnknownKey(String name, String origin, Optional<String> nearest) {

  @Override
  public String toString() {
    return "%s (%s): %s"
        .formatted(
            name,
            origin,
            nearest.map("did you mean %s?"::formatted).orElse("nothing that is known is like it"));
  }
}
