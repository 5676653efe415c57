package io.vignette.gateway.topics;

import java.time.Duration;

/** The defaults, as {@link TopicsConfig} states them. */
public record FixedTopics() implements TopicsConfig {
  @Override
  public int jobPartitions() {
    return 3;
  }

  @Override
  public int eventPartitions() {
    return 12;
  }

  @Override
  public short replicationFactor() {
    return 3;
  }

  @Override
  public Duration jobRetention() {
    return Duration.ofHours(48);
  }

  @Override
  public Duration resultRetention() {
    return Duration.ofDays(7);
  }

  @Override
  public Duration deadRetention() {
    return Duration.ofDays(30);
  }

  @Override
  public Duration leaseTime() {
    return Duration.ofSeconds(60);
  }
}
