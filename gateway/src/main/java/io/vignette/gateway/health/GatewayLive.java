package io.vignette.gateway.health;

import io.vignette.gateway.GatewayLifecycle;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive = neither has the start failed for good nor the ledger given up: then a restart helps. */
@Liveness
@ApplicationScoped
public class GatewayLive implements HealthCheck {
  private final GatewayLifecycle lifecycle;

  @Inject
  public GatewayLive(GatewayLifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("gateway").status(!lifecycle.hasFailed()).build();
  }
}
