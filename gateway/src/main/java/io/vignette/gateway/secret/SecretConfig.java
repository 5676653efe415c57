package io.vignette.gateway.secret;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** What keeps the ids of jobs with an idempotency key from being computed by others. */
@ConfigMapping(prefix = "vignette.secret")
public interface SecretConfig {

  /**
   * A file with the secret of the deployment: at least 32 characters by chance, such as those of
   * {@code openssl rand -hex 32}. The same for all gateways of a system. Another one later makes
   * other ids: a repeated idempotency key is a new job then. Default: none; then the first gateway
   * makes one and keeps it in Kafka, where all others find it. Reloadable: no.
   */
  Optional<Path> file();
}
