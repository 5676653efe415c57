package io.vignette.gateway.access;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
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
}
