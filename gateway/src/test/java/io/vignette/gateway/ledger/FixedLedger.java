package io.vignette.gateway.ledger;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The defaults, as {@link LedgerHostConfig} states them, but for threads, folder and lag. */
public record FixedLedger(int threads, Path folder, Duration lagMax) implements LedgerHostConfig {

  public FixedLedger(int threads, Path folder) {
    this(threads, folder, Duration.ofSeconds(30));
  }

  @Override
  public Optional<Path> stateDir() {
    return Optional.of(folder);
  }

  @Override
  public Duration retention() {
    return Duration.ofHours(72);
  }

  @Override
  public Optional<String> instanceId() {
    return Optional.empty();
  }

  @Override
  public boolean jsonResults() {
    return false;
  }

  @Override
  public Duration flushTimeout() {
    return Duration.ofSeconds(5);
  }

  @Override
  public Duration closeTimeout() {
    return Duration.ofSeconds(5);
  }
}
