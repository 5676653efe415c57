package io.vignette.worker.pipeline;

import io.vignette.proto.v1.Timings;
import io.vignette.worker.batch.BatchedAnswer;
import io.vignette.worker.preparation.PreparedImage;
import java.util.concurrent.TimeUnit;

/**
 * What the stages of one attempt took, in nanoseconds.
 *
 * <p>Not thread-safe: stages follow each other, each handing over to the next. Zero = did not run.
 */
public final class AttemptTimes {
  private final long startNanos = System.nanoTime();
  private final long queueNanos;
  private long fetchNanos;
  private long decodeNanos;
  private long resizeNanos;
  private long prepareCpuNanos;
  private long batchWaitNanos;
  private long inferNanos;
  private long publishNanos;
  private int batchSize;

  AttemptTimes(long queueNanos) {
    this.queueNanos = Math.max(0, queueNanos);
  }

  void prepared(PreparedImage image) {
    fetchNanos = image.fetchNanos();
    decodeNanos = image.decodeNanos();
    resizeNanos = image.resizeNanos();
    prepareCpuNanos = image.cpuNanos();
  }

  void answered(BatchedAnswer answer) {
    batchWaitNanos = answer.waited().toNanos();
    inferNanos = answer.inferred().toNanos();
    batchSize = answer.batchSize();
  }

  void published(long nanos) {
    publishNanos = nanos;
  }

  /** From the job's submission to this attempt; 0 if unknown. */
  public long queueNanos() {
    return queueNanos;
  }

  public long fetchNanos() {
    return fetchNanos;
  }

  public long decodeNanos() {
    return decodeNanos;
  }

  public long resizeNanos() {
    return resizeNanos;
  }

  /** Processor time of decoding and resizing. */
  public long prepareCpuNanos() {
    return prepareCpuNanos;
  }

  public long batchWaitNanos() {
    return batchWaitNanos;
  }

  /** Time in the engine; shared with the other jobs of the batch. */
  public long inferNanos() {
    return inferNanos;
  }

  public long publishNanos() {
    return publishNanos;
  }

  /** Pictures in the batch; 0 if none was inferred. */
  public int batchSize() {
    return batchSize;
  }

  Timings toTimings() {
    return Timings.newBuilder()
        .setQueueUs(micros(queueNanos))
        .setFetchUs(micros(fetchNanos))
        .setDecodeUs(micros(decodeNanos))
        .setResizeUs(micros(resizeNanos))
        .setBatchWaitUs(micros(batchWaitNanos))
        .setInferUs(micros(inferNanos))
        .setTotalUs(micros(queueNanos + System.nanoTime() - startNanos))
        .build();
  }

  private static long micros(long nanos) {
    return TimeUnit.NANOSECONDS.toMicros(nanos);
  }
}
