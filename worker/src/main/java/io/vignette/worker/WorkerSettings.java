package io.vignette.worker;

import io.vignette.records.JobLimits;
import io.vignette.worker.batch.BatchSettings;
import io.vignette.worker.lease.LeaseSettings;
import io.vignette.worker.pipeline.PipelineSettings;
import java.time.Duration;

/**
 * Everything about a worker that is configured.
 *
 * @param workerId names the worker in events
 * @param decodeThreads from 1
 * @param largeFromPixels pictures of more pixels are decoded one at a time
 * @param scaledDecode whether JPEGs may be reduced while they are decoded
 * @param drainTimeout time held jobs have to end at a stop
 */
public record WorkerSettings(
    String workerId,
    LeaseSettings lease,
    PipelineSettings attempt,
    BatchSettings batch,
    int decodeThreads,
    long largeFromPixels,
    boolean scaledDecode,
    Duration drainTimeout) {

  /** What a worker has when nothing is configured. */
  public static WorkerSettings standard(String workerId) {
    return new WorkerSettings(
        workerId,
        LeaseSettings.of(6, 32),
        new PipelineSettings(Duration.ofSeconds(45), 5, 5, JobLimits.defaults()),
        BatchSettings.DEFAULT,
        Math.max(1, Runtime.getRuntime().availableProcessors() - 1),
        16_000_000,
        false,
        Duration.ofSeconds(20));
  }
}
