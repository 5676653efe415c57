package io.vignette.gateway.submission;

import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.JobEvent;
import io.vignette.wire.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keeps what is written. */
final class FakeJobLog implements JobLog {
  static final long OFFSET = 42;

  private final List<CaptionJob> jobs = new ArrayList<>();
  private final List<JobEvent> events = new ArrayList<>();
  private final List<String> order = new ArrayList<>();
  private boolean jobsFail;

  void failJobs() {
    jobsFail = true;
  }

  List<CaptionJob> jobs() {
    return jobs;
  }

  List<JobEvent> events() {
    return events;
  }

  List<String> order() {
    return order;
  }

  @Override
  public CompletionStage<Position> writeJob(String topic, CaptionJob job) {
    if (jobsFail) {
      return CompletableFuture.failedStage(
          new RejectedException(Reason.QUEUE_UNAVAILABLE, "queue: no confirmation"));
    }
    jobs.add(job);
    order.add("job");
    return CompletableFuture.completedStage(new Position(topic, 1, OFFSET));
  }

  @Override
  public CompletionStage<Void> writeEvent(JobEvent event) {
    events.add(event);
    order.add("event");
    return CompletableFuture.completedStage(null);
  }
}
