package io.vignette.service.gateway;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import io.vignette.gateway.GatewayLifecycle;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Ends the process, with status 1, when the gateway can't start: supervisors such as Docker start
 * again what ended, and leave alone what is only unhealthy. Kafka's absence is no such failure.
 */
@ApplicationScoped
class EndOfFailedStart {
  void watch(@Observes StartupEvent event, GatewayLifecycle gateway) {
    gateway
        .ready()
        .whenComplete(
            (ready, failure) -> {
              if (failure != null) {
                Quarkus.asyncExit(1);
              }
            });
  }
}
