package io.vignette.gateway.access;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Settings of a test. */
record FixedAccess(
    Optional<Path> keysFile, Optional<List<String>> hosts, Optional<List<String>> origins)
    implements AccessConfig {

  FixedAccess(Optional<Path> keysFile) {
    this(keysFile, Optional.empty(), Optional.empty());
  }

  static FixedAccess ofHosts(String... hosts) {
    return new FixedAccess(
        Optional.empty(),
        hosts.length == 0 ? Optional.empty() : Optional.of(List.of(hosts)),
        Optional.empty());
  }

  static FixedAccess ofOrigins(String... origins) {
    return new FixedAccess(
        Optional.empty(),
        Optional.empty(),
        origins.length == 0 ? Optional.empty() : Optional.of(List.of(origins)));
  }
}
