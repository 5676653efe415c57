package io.vignette.gateway.intake;

import io.vignette.gateway.submission.CaptionRequest;
import io.vignette.wire.JobId;
import io.vignette.wire.TraceContext;
import java.util.concurrent.CompletionStage;

/** Where requests become jobs: the submission. Thread-safe. */
@FunctionalInterface
interface JobDoor {

  /**
   * Completes when Kafka has confirmed the job; fails with {@link
   * io.vignette.gateway.submission.RejectedException}.
   */
  CompletionStage<JobId> submit(CaptionRequest request, TraceContext trace);
}
