package io.vignette.service.reference;

import java.util.List;

/**
 * The keys of one mapping.
 *
 * @param module whose sources have the mapping
 */
record Section(String prefix, String meaning, String module, List<Setting> settings) {

  /** Which processes have the mapping. */
  String readers() {
    return switch (module) {
      case "gateway", "gateway-service" -> "gateway";
      case "worker", "worker-service" -> "worker";
      case "service", "images" -> "gateway, worker";
      default ->
          throw new IllegalStateException(
              "%s: a mapping in module %s (expected: one whose processes are known)"
                  .formatted(prefix, module));
    };
  }
}
