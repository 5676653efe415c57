package io.vignette.worker.lease;

import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.Origin;
import java.time.Instant;
import java.util.Map;

/**
 * A job this worker may work on until the lease ends.
 *
 * @param origin the record it was leased from, with its delivery count, from 1
 * @param attempt from 1
 * @param leasedUntil after which somebody else may be given the job
 * @param trace trace headers of the submission, for every record about the job
 */
public record LeasedJob(
    CaptionJob job,
    LaneKind lane,
    Origin origin,
    int attempt,
    Instant leasedUntil,
    Map<String, String> trace) {
  public LeasedJob {
    trace = Map.copyOf(trace);
  }

  public String id() {
    return job.getJobId();
  }

  public int deliveryCount() {
    return origin.getDeliveryCount();
  }

  /** What names the record, however often it is delivered. */
  public RecordKey key() {
    return RecordKey.of(origin);
  }
}
