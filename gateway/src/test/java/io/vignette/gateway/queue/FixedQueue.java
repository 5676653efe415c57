package io.vignette.gateway.queue;

import java.time.Duration;

/** Bounds for tests; the defaults unless others are named. */
public record FixedQueue(long jobsMax, long bytesMax, Duration workMax) implements QueueConfig {

  /** The defaults, as {@link QueueConfig} states them. */
  public FixedQueue() {
    this(1_000_000, 107_374_182_400L, Duration.ofHours(24));
  }
}
