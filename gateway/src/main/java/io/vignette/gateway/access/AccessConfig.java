package io.vignette.gateway.access;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Who may use the gateway over HTTP. */
@ConfigMapping(prefix = "vignette.access")
public interface AccessConfig {

  /**
   * A file of API keys, as {@code vignette key} writes it. Default: none; then everybody who
   * reaches the gateway may use it, and it listens on this machine's own address only. Reloadable:
   * no.
   */
  Optional<Path> keysFile();

  /**
   * Names by which clients may call the gateway, as they stand in the header {@code Host}, without
   * a port. Names of this machine ({@code localhost}) and addresses in digits are always taken
   * beside them. Too few: 421 {@code access.host_unknown}. Default: none; then only names of this
   * machine where the gateway listens on its loopback address, any where it listens beyond.
   * Reloadable: no.
   */
  Optional<List<String>> hosts();

  /**
   * Other web pages that may submit from a browser, by their origins, such as {@code
   * https://app.example}. Default: none, only pages that the gateway itself serves. Reloadable: no.
   */
  Optional<List<String>> origins();
}
