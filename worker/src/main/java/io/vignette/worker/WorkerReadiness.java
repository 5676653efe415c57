package io.vignette.worker;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while the engine infers and Kafka answers, once lanes have polled. */
@Readiness
@ApplicationScoped
class WorkerReadiness implements HealthCheck {
  private final WorkerLifecycle worker;

  WorkerReadiness(WorkerLifecycle worker) {
    this.worker = worker;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("worker")
        .status(worker.isReady())
        .withData("kafka", worker.hasKafka())
        .withData("engine", worker.engineDetail())
        .build();
  }
}
