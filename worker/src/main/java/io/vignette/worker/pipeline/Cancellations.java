package io.vignette.worker.pipeline;

/** Port: which jobs their clients gave up. Thread-safe; never blocks. */
@FunctionalInterface
public interface Cancellations {

  boolean isCancelled(String jobId);
}
