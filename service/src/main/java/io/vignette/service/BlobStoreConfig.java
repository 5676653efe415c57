package io.vignette.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** Where pictures wait that are too large for Kafka: the same for gateways and workers. */
@ConfigMapping(prefix = "vignette.blob-store")
public interface BlobStoreConfig {

  /** {@code folder}, or {@code s3} with the keys {@code vignette.s3.*}. Reloadable: no. */
  @WithDefault("folder")
  Kind kind();

  /**
   * A folder that all gateways and workers share. Only with kind {@code folder}. Reloadable: no.
   */
  @WithDefault("/var/lib/vignette/blobs")
  Path folder();

  /** What keeps blobs. */
  enum Kind {
    FOLDER,
    S3
  }
}
