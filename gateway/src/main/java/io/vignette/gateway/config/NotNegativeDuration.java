package io.vignette.gateway.config;

import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/** Reads durations as Quarkus does and refuses negative ones. */
public final class NotNegativeDuration implements Converter<Duration> {

  @Override
  public @Nullable Duration convert(String value) {
    Duration duration = new DurationConverter().convert(value);
    if (duration != null && duration.isNegative()) {
      throw new IllegalArgumentException(value + " (expected: 0 or more)");
    }
    return duration;
  }
}
