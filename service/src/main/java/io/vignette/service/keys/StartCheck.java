package io.vignette.service.keys;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;

/** Ends a start with unknown keys before anything speaks to Kafka or listens. */
@Dependent
public class StartCheck {

  void check(
      @Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent start, Config config) {
    List<UnknownKey> unknown =
        new KeyCheck(KnownKeys.bundled()).unknownKeys(config.getConfigSources());
    if (!unknown.isEmpty()) {
      throw new ConfigurationException(message(unknown));
    }
  }

  static String message(List<UnknownKey> unknown) {
    return unknown.stream()
        .map(key -> "\n  " + key)
        .collect(
            Collectors.joining(
                "",
                "configuration: %d unknown %s (expected: those of docs/configuration.md)"
                    .formatted(unknown.size(), unknown.size() == 1 ? "key" : "keys"),
                ""));
  }
}
