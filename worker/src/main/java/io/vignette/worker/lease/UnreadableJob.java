package io.vignette.worker.lease;

import io.vignette.proto.v1.Origin;
import java.util.Map;

/**
 * A record on a jobs topic that is no job.
 *
 * @param key the record's key, usually a job id; empty where there is none
 * @param problem one sentence
 */
public record UnreadableJob(
    String key, Origin origin, int attempt, Map<String, String> trace, String problem) {
  public UnreadableJob {
    trace = Map.copyOf(trace);
  }
}
