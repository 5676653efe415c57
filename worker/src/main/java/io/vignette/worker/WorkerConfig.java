package io.vignette.worker;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** What names a worker. */
@ConfigMapping(prefix = "vignette.worker")
public interface WorkerConfig {

  /** Names the worker in events and results. Default: host name and process id. Reloadable: no. */
  Optional<String> id();

  default String name() {
    return id().orElseGet(
            () ->
                "%s-%d"
                    .formatted(
                        System.getenv().getOrDefault("HOSTNAME", "worker"),
                        ProcessHandle.current().pid()));
  }
}
