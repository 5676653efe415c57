package io.vignette.worker;

import io.vignette.records.JobLimits;
import io.vignette.worker.batch.BatchSettings;
import io.vignette.worker.drain.DrainConfig;
import io.vignette.worker.lease.LeaseConfig;
import io.vignette.worker.pipeline.PipelineConfig;
import io.vignette.worker.pipeline.PipelineSettings;
import io.vignette.worker.preparation.PreparationConfig;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

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
      DrainConfig drain,
      Config all) {
    return new WorkerSettings(
        worker.name(),
        lease.settings(),
        new PipelineSettings(
            attempt.budget(), attempt.max(), lease.deliveryLimit(), jobLimits(all)),
        BatchSettings.DEFAULT,
        preparation.threadCount(),
        preparation.largeFromPixels(),
        preparation.scaledDecode(),
        drain.timeout());
  }

  /**
   * The gateway's own keys: a worker with other limits would refuse what a gateway has taken. They
   * are mapped there, with what they mean; a worker alone has no such mapping.
   */
  private static JobLimits jobLimits(Config all) {
    JobLimits usual = JobLimits.defaults();
    return new JobLimits(
        limit(all, "prompts-max", usual.promptsMax()),
        limit(all, "prompt-characters-max", usual.promptCharactersMax()),
        limit(all, "metadata-pairs-max", usual.metadataPairsMax()),
        limit(all, "metadata-characters-max", usual.metadataCharactersMax()),
        limit(all, "record-bytes-max", usual.recordBytesMax()));
  }

  private static int limit(Config all, String name, int usual) {
    return all.getOptionalValue("vignette.submission." + name, Integer.class).orElse(usual);
  }
}
