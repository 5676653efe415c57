package io.vignette.worker;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Down only where a restart is the only help. */
@Liveness
@ApplicationScoped
class WorkerLiveness implements HealthCheck {
  private final WorkerLifecycle worker;

  WorkerLiveness(WorkerLifecycle worker) {
    this.worker = worker;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("worker").status(!worker.isBroken()).build();
  }
}
