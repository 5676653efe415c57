package io.vignette.worker;

import io.vignette.worker.batch.BatchSettings;
import io.vignette.worker.drain.DrainConfig;
import io.vignette.worker.lease.LeaseConfig;
import io.vignette.worker.pipeline.PipelineConfig;
import io.vignette.worker.pipeline.PipelineSettings;
import io.vignette.worker.preparation.PreparationConfig;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes settings of the packages' configurations. */
@Singleton
final class WorkerSettingsProducer {

  @Produces
  @Singleton
  WorkerSettings settings(
      WorkerConfig worker,
      LeaseConfig lease,
      PipelineConfig attempt,
      PreparationConfig preparation,
      DrainConfig drain) {
    return new WorkerSettings(
        worker.name(),
        lease.settings(),
        new PipelineSettings(attempt.budget(), attempt.max(), lease.deliveryLimit()),
        BatchSettings.DEFAULT,
        preparation.threadCount(),
        preparation.largeFromPixels(),
        drain.timeout());
  }
}
