package io.vignette.gateway.submission;

import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.JobEvent;
import io.vignette.wire.TraceContext;
import java.util.concurrent.CompletionStage;

/**
 * Where jobs and their events are written. Thread-safe; never blocks. Stages complete when all
 * replicas in sync have the record, and fail with {@link RejectedException} otherwise.
 */
public interface JobLog {

  /**
   * Whether records are taken now. False while Kafka is known to be away: what is written then
   * fails at once, and is not written.
   */
  default boolean takesRecords() {
    return true;
  }

  CompletionStage<Position> writeJob(String topic, CaptionJob job, TraceContext trace);

  CompletionStage<Position> writeEvent(JobEvent event, TraceContext trace);
}
