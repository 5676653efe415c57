package io.vignette.worker.drain;

import io.vignette.worker.lease.JobSource;
import io.vignette.worker.pipeline.JobPipeline;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Stops acquiring, lets held jobs end, hands back those that do not in time, leaves.
 *
 * <p>Jobs are handed back by writing them anew rather than by releasing their leases: a release
 * counts as a delivery, and a counted delivery makes a suspect.
 */
public final class Drain {
  private final JobSource source;
  private final JobPipeline pipeline;
  private final Duration timeout;

  public Drain(JobSource source, JobPipeline pipeline, Duration timeout) {
    this.source = source;
    this.pipeline = pipeline;
    this.timeout = timeout;
  }

  /** Blocks until the worker has left, a little longer than the timeout at most. */
  public void run() {
    source.stopAcquiring();
    ScheduledExecutorService bell =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("drain").daemon(true).factory());
    try {
      // The last fifth of the time is for the records that hand jobs back.
      bell.schedule(pipeline::handBack, timeout.toMillis() * 4 / 5, TimeUnit.MILLISECONDS);
      source.close(timeout);
    } finally {
      bell.shutdownNow();
    }
  }
}
