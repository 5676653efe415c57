package io.vignette.gateway.config;

import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/** Reads durations as Quarkus does and refuses what is shorter than a millisecond. */
public final class PositiveDuration implements Converter<Duration> {
  private static final Duration SHORTEST = Duration.ofMillis(1);

  @Override
  public @Nullable Duration convert(String value) {
    Duration duration = new DurationConverter().convert(value);
    if (duration != null && duration.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(value + " (expected: at least 1 ms)");
    }
    return duration;
  }
}
