package io.vignette.service.worker;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import io.vignette.worker.WorkerLifecycle;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Ends the process, with status 1, when the worker can't begin or its engine has failed for good:
 * supervisors such as Docker start again what ended, and leave alone what is only unhealthy.
 */
@ApplicationScoped
class EndOfBrokenWorker {
  void watch(@Observes StartupEvent event, WorkerLifecycle worker) {
    worker
        .ready()
        .whenComplete(
            (ready, failure) -> {
              if (failure != null) {
                Quarkus.asyncExit(1);
              }
            });
    worker.fault().thenRun(() -> Quarkus.asyncExit(1));
  }
}
