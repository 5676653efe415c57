package io.vignette.gateway.health;

import io.vignette.gateway.GatewayLifecycle;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Started = the gateway was ready once. */
@Startup
@ApplicationScoped
public class GatewayStarted implements HealthCheck {
  private final GatewayLifecycle lifecycle;

  @Inject
  public GatewayStarted(GatewayLifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("gateway").status(lifecycle.hasStarted()).build();
  }
}
