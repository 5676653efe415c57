package io.vignette.wire;

import java.util.HashMap;
import java.util.Map;

/**
 * How to reach Kafka: its addresses and whatever security asks, as Kafka's clients name them.
 *
 * <p>Immutable. Its text names no values, for passwords may be among them.
 *
 * @param properties settings of every client: {@code bootstrap.servers}, {@code security.protocol},
 *     {@code sasl.*}, {@code ssl.*} and the like
 */
public record KafkaConnection(Map<String, Object> properties) {
  private static final String ADDRESSES = "bootstrap.servers";

  public KafkaConnection {
    properties = Map.copyOf(properties);
    if (!properties.containsKey(ADDRESSES)) {
      throw new IllegalArgumentException(
          "Kafka: %s (expected: %s among them)".formatted(properties.keySet(), ADDRESSES));
    }
  }

  /** Unencrypted, as nobody in particular. */
  public static KafkaConnection plaintext(String bootstrapServers) {
    return new KafkaConnection(Map.of(ADDRESSES, bootstrapServers));
  }

  /** The settings of a client of its own kind; a map of the caller's own. */
  public Map<String, Object> with(Map<String, ?> settings) {
    Map<String, Object> all = new HashMap<>(properties);
    all.putAll(settings);
    return all;
  }

  @Override
  public String toString() {
    return "KafkaConnection" + properties.keySet();
  }
}
