package io.vignette.service.worker;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import io.vignette.service.memory.LackOfMemory;
import io.vignette.worker.WorkerLifecycle;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/**
 * Ends the process, with status 1, when the worker can't begin, its engine has failed for good or
 * memory is lacking: supervisors such as Docker start again what ended, and leave alone what is
 * only unhealthy.
 */
@ApplicationScoped
class EndOfBrokenWorker {
  private static final Duration END_MAX = Duration.ofMinutes(1);

  void watch(@Observes StartupEvent event, WorkerLifecycle worker) {
    LackOfMemory.watch(() -> Quarkus.asyncExit(1), 1, END_MAX);
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
