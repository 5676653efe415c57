package io.vignette.worker.lease;

import io.vignette.proto.v1.Origin;
import io.vignette.wire.TraceContext;

/**
 * A record on a jobs topic that is no job.
 *
 * @param key the record's key, usually a job id; empty where there is none
 * @param problem one sentence
 */
public record UnreadableJob(
    String key, Origin origin, int attempt, TraceContext trace, String problem) {}
