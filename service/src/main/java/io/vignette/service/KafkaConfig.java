package io.vignette.service;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Which part of a Kafka cluster is this system's. How to reach it is said by {@code kafka.*}. */
@ConfigMapping(prefix = "vignette.kafka")
public interface KafkaConfig {

  /**
   * Begins the names of all topics and groups. Another one is another system on the same cluster.
   * Range: not blank. Reloadable: no.
   */
  @WithDefault("vignette")
  String topicPrefix();
}
