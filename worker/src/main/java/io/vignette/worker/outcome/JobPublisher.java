package io.vignette.worker.outcome;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Port to the topics that carry jobs. Thread-safe; never blocks. */
@FunctionalInterface
public interface JobPublisher {

  /** Completes when Kafka has confirmed the job on that topic. */
  CompletionStage<Void> publish(
      String topic, String jobId, byte[] job, Map<String, String> headers);
}
