package io.vignette.broker;

import java.nio.file.Path;
import java.util.Map;

/**
 * What an embedded broker needs to know.
 *
 * @param dataFolder where the broker keeps its log; created when missing, reused when it already
 *     belongs to an embedded broker
 * @param port the client port on 127.0.0.1; 0 = any free one
 * @param overrides broker settings that replace ours
 */
public record BrokerConfig(Path dataFolder, int port, Map<String, String> overrides) {

  public BrokerConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("broker port: " + port + " (expected: 0 to 65535)");
    }
    overrides = Map.copyOf(overrides);
  }

  /** A broker on a free port with our settings. */
  public static BrokerConfig in(Path dataFolder) {
    return new BrokerConfig(dataFolder, 0, Map.of());
  }
}
