package io.vignette.worker.lease;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Where leased jobs come from.
 *
 * <pre>
 *   new ──start()──► RUNNING ◄──pause()/resume()──► PAUSED ──close()──► CLOSED
 * </pre>
 *
 * <p>Thread-safe.
 */
public interface JobSource {

  /** Begins to lease jobs, on threads of its own. Call once. */
  void start(JobHandler handler);

  /** Completes when jobs are being asked for. */
  CompletionStage<Void> ready();

  /** Acquires nothing new until {@link #resume()}; what is held goes on. */
  void pause();

  void resume();

  /** Acquires nothing new, for ever. What is held goes on. */
  void stopAcquiring();

  /**
   * Stops acquiring, waits for held jobs to end, gives back those that do not in time, and leaves.
   */
  void close(Duration timeout);
}
