package io.vignette.service.gateway;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import io.vignette.gateway.GatewayLifecycle;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Ends the process, with status 1, when the gateway can't start or its ledger has given up:
 * supervisors such as Docker start again what ended, and leave alone what is only unhealthy.
 * Kafka's absence is no such failure. The gateway has logged which.
 */
@ApplicationScoped
class EndOfBrokenGateway {
  void watch(@Observes StartupEvent event, GatewayLifecycle gateway) {
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
