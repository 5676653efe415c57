package io.vignette.worker.lease;

import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.Origin;
import io.vignette.wire.TraceContext;
import java.time.Instant;

/**
 * A job this worker may work on until the lease ends.
 *
 * @param origin the record it was leased from, with its delivery count, from 1
 * @param attempt from 1
 * @param leasedUntil after which somebody else may be given the job
 * @param trace of the submission, for every record about the job
 */
public record LeasedJob(
    CaptionJob job,
    LaneKind lane,
    Origin origin,
    int attempt,
    Instant leasedUntil,
    TraceContext trace) {

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
