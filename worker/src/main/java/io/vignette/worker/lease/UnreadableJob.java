package io.vignette.worker.lease;

import io.vignette.proto.v1.Origin;
import io.vignette.wire.JobId;
import io.vignette.wire.TraceContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record on a topic of jobs that is no job.
 *
 * @param id the job that fails for it, as {@link #idOf} says
 * @param problem one sentence
 */
public record UnreadableJob(
    String id, Origin origin, int attempt, TraceContext trace, String problem) {

  /**
   * The job that a record stands for: the one in its key; where that is none, one that is named
   * after the record's place. So every record of a jobs topic ends in exactly one result, however
   * often it is delivered, and can be found.
   */
  public static String idOf(@Nullable String key, Origin origin) {
    return Optional.ofNullable(key)
        .flatMap(JobId::parse)
        .orElseGet(
            () -> JobId.ofPlace(origin.getTopic(), origin.getPartition(), origin.getOffset()))
        .toString();
  }
}
