package io.vignette.worker;

import io.vignette.worker.lease.LeaseListener;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.outcome.Outcome;
import io.vignette.worker.pipeline.AttemptTimes;
import io.vignette.worker.pipeline.PipelineListener;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Where the time of all jobs went, since the start.
 *
 * <p>Thread-safe. Times of concurrent jobs add up, so a stage may take longer than the run did;
 * inference counts once for a batch.
 */
public final class StageTimes implements PipelineListener, LeaseListener {

  /**
   * Totals in microseconds.
   *
   * @param prepareCpuMicros processor time of decoding and resizing
   * @param laneCpuMicros processor time of the lanes
   */
  public record Snapshot(
      long jobs,
      long fetchMicros,
      long decodeMicros,
      long resizeMicros,
      long batchWaitMicros,
      long inferMicros,
      long publishMicros,
      long prepareCpuMicros,
      long laneCpuMicros) {}

  private final LongAdder jobs = new LongAdder();
  private final LongAdder fetch = new LongAdder();
  private final LongAdder decode = new LongAdder();
  private final LongAdder resize = new LongAdder();
  private final LongAdder batchWait = new LongAdder();
  private final LongAdder infer = new LongAdder();
  private final LongAdder publish = new LongAdder();
  private final LongAdder prepareCpu = new LongAdder();
  private final LongAdder laneCpu = new LongAdder();

  @Override
  public void ended(LeasedJob job, Outcome outcome, AttemptTimes times) {
    jobs.increment();
    fetch.add(times.fetchNanos());
    decode.add(times.decodeNanos());
    resize.add(times.resizeNanos());
    batchWait.add(times.batchWaitNanos());
    infer.add(times.inferNanos() / Math.max(1, times.batchSize()));
    publish.add(times.publishNanos());
    prepareCpu.add(times.prepareCpuNanos());
  }

  @Override
  public void laneCpu(long nanos) {
    laneCpu.add(nanos);
  }

  /** The totals so far; not of one instant while jobs end. */
  public Snapshot snapshot() {
    return new Snapshot(
        jobs.sum(),
        micros(fetch),
        micros(decode),
        micros(resize),
        micros(batchWait),
        micros(infer),
        micros(publish),
        micros(prepareCpu),
        micros(laneCpu));
  }

  private static long micros(LongAdder nanos) {
    return TimeUnit.NANOSECONDS.toMicros(nanos.sum());
  }
}
