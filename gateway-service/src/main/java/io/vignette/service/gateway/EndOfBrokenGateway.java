package io.vignette.service.gateway;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import io.vignette.gateway.GatewayLifecycle;
import io.vignette.service.memory.LackOfMemory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/**
 * Ends the process, with status 1, when the gateway can't start, its ledger has given up or memory
 * is lacking: supervisors such as Docker start again what ended, and leave alone what is only
 * unhealthy. Kafka's absence is no such failure. The gateway has logged which.
 */
@ApplicationScoped
class EndOfBrokenGateway {
  private static final Duration END_MAX = Duration.ofMinutes(1);

  void watch(@Observes StartupEvent event, GatewayLifecycle gateway) {
    LackOfMemory.watch(() -> Quarkus.asyncExit(1), 1, END_MAX);
    gateway
        .ready()
        .whenComplete(
            (ready, failure) -> {
              if (failure != null) {
                Quarkus.asyncExit(1);
              }
            });
    gateway.fault().thenRun(() -> Quarkus.asyncExit(1));
  }
}
