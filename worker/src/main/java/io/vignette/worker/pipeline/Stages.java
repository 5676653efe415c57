package io.vignette.worker.pipeline;

import io.vignette.models.Model;
import io.vignette.proto.v1.ImageReference;
import io.vignette.worker.batch.BatchRequest;
import io.vignette.worker.batch.BatchedAnswer;
import io.vignette.worker.lease.LaneKind;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.outcome.OutcomePublisher;
import io.vignette.worker.preparation.Preparer;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** What every attempt works with. Immutable. */
record Stages(
    JobPipeline.Ports ports,
    Answers answers,
    Backoff backoff,
    Executor answering,
    ScheduledExecutorService timer,
    SlowServers slowForInteractive,
    SlowServers slowForBulk,
    int attemptsMax) {

  Clock clock() {
    return ports.clock();
  }

  Cancellations cancellations() {
    return ports.cancellations();
  }

  Function<String, Optional<Model>> models() {
    return ports.models();
  }

  Prompts prompts() {
    return ports.prompts();
  }

  Preparer preparer() {
    return ports.preparer();
  }

  Function<BatchRequest, CompletableFuture<BatchedAnswer>> batches() {
    return ports.batches();
  }

  BooleanSupplier engineReady() {
    return ports.engineReady();
  }

  boolean engineInProcess() {
    return ports.engineInProcess();
  }

  PipelineListener listener() {
    return ports.listener();
  }

  /** Empty where nobody's server can hold up the lane. */
  Optional<ImageWait> imageWait(LaneKind lane, ImageReference image) {
    if (!SlowServers.isRemote(image)) {
      return Optional.empty();
    }
    return switch (lane) {
      case INTERACTIVE -> Optional.of(new ImageWait(slowForInteractive, image));
      case BULK -> Optional.of(new ImageWait(slowForBulk, image));
      case SOLO -> Optional.empty();
    };
  }

  /** States the start without waiting. Whatever comes of the attempt stands, before it or after. */
  void stateStart(LeasedJob leased) {
    OutcomePublisher outcomes = ports.outcomes();
    outcomes
        .started(leased)
        .whenComplete(
            (done, thrown) -> {
              if (thrown != null) {
                listener().unpublished(leased, thrown);
              }
            });
  }
}
