package io.vignette.worker;

import io.vignette.worker.lease.LaneKind;
import io.vignette.worker.lease.LeaseListener;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.pipeline.PipelineListener;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Which jobs a worker was given, and how often. Thread-safe. */
final class LeaseBook implements PipelineListener, LeaseListener {
  private final AtomicInteger polling = new AtomicInteger();
  private final List<LeasedJob> leased = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> leasesByJob = new ConcurrentHashMap<>();

  @Override
  public void polling(LaneKind lane, boolean isPolling) {
    polling.addAndGet(isPolling ? 1 : -1);
  }

  @Override
  public void started(LeasedJob job) {
    note(job);
  }

  @Override
  public void suspected(LeasedJob job) {
    note(job);
  }

  @Override
  public void repeated(LeasedJob job) {
    note(job);
  }

  private void note(LeasedJob job) {
    leased.add(job);
    leasesByJob.merge(job.id(), 1, Integer::sum);
  }

  /** Lanes that are asking the broker for jobs. */
  int lanesPolling() {
    return polling.get();
  }

  List<Integer> attempts() {
    return leased.stream().map(LeasedJob::attempt).toList();
  }

  List<Integer> deliveries() {
    return leased.stream().map(LeasedJob::deliveryCount).toList();
  }

  int mostOfAJob() {
    return leasesByJob.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }
}
