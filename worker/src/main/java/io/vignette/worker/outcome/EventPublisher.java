package io.vignette.worker.outcome;

import io.vignette.proto.v1.JobEvent;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Port to the job-events topic. Thread-safe; never blocks. */
@FunctionalInterface
public interface EventPublisher {

  /** Completes when Kafka has confirmed the event. Events of one job keep their order. */
  CompletionStage<Void> publish(JobEvent event, Map<String, String> headers);
}
