package io.vignette.gateway.submission;

import io.vignette.proto.v1.CaptionJob;
import io.vignette.wire.JobId;
import io.vignette.wire.TraceContext;

/**
 * A request on its way to Kafka.
 *
 * @param job complete but for the place of a picture that is yet to be stored
 */
record Submission(JobId id, CaptionJob job, ImageInput image, TraceContext trace) {
  Submission withJob(CaptionJob complete) {
    return new Submission(id, complete, image, trace);
  }
}
