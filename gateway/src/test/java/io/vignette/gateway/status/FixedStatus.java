package io.vignette.gateway.status;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A table for tests; the defaults, but for cleaning at once. */
public record FixedStatus(Optional<Path> stateDir, Duration checkpointInterval)
    implements StatusConfig {
  public FixedStatus() {
    this(Optional.empty(), Duration.ofMinutes(5));
  }

  @Override
  public Duration retention() {
    return Duration.ofHours(24);
  }

  @Override
  public int entriesMax() {
    return 1_000_000;
  }

  @Override
  public Duration waitMax() {
    return Duration.ofSeconds(10);
  }

  @Override
  public Duration cleanInterval() {
    return Duration.ofSeconds(1);
  }
}
