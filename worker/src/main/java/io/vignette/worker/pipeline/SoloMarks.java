package io.vignette.worker.pipeline;

import io.vignette.proto.v1.SoloMark;
import java.util.concurrent.CompletionStage;

/**
 * Port: what is known against suspects, durably and to all workers.
 *
 * <p>Thread-safe; never blocks. A mark that was confirmed is seen by every later {@link #of}, of
 * any worker.
 */
public interface SoloMarks {

  /** The job's last mark; the default instance if there is none. Fails if Kafka does not answer. */
  CompletionStage<SoloMark> of(String jobId);

  /** Writes a mark. Completes when Kafka has confirmed it. */
  CompletionStage<Void> put(SoloMark mark);

  /**
   * Writes a mark that is not open, and goes on trying as long as this worker lives, which thereby
   * shows that it did not go down. Completes, never exceptionally, after the first try.
   */
  CompletionStage<Void> close(SoloMark mark);
}
