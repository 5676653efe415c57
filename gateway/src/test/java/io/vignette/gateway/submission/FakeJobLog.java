package io.vignette.gateway.submission;

import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.JobEvent;
import io.vignette.wire.Reason;
import io.vignette.wire.Topics;
import io.vignette.wire.TraceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Keeps what is written. */
final class FakeJobLog implements JobLog {
  static final long OFFSET = 42;

  private final List<CaptionJob> jobs = new ArrayList<>();
  private final List<JobEvent> events = new ArrayList<>();
  private final List<String> order = new ArrayList<>();
  private final List<TraceContext> traces = new ArrayList<>();
  private @Nullable Reason jobsFail;
  private boolean taking = true;

  void failJobs(Reason reason) {
    jobsFail = reason;
  }

  List<CaptionJob> jobs() {
    return jobs;
  }

  List<JobEvent> events() {
    return events;
  }

  List<TraceContext> traces() {
    return traces;
  }

  List<String> order() {
    return order;
  }

  /** Kafka is known to be away. */
  void takeNothing() {
    taking = false;
  }

  @Override
  public boolean takesRecords() {
    return taking;
  }

  @Override
  public CompletionStage<Position> writeJob(String topic, CaptionJob job, TraceContext trace) {
    if (jobsFail != null) {
      return CompletableFuture.failedStage(new RejectedException(jobsFail, "job: not written"));
    }
    jobs.add(job);
    traces.add(trace);
    order.add("job");
    return CompletableFuture.completedStage(new Position(topic, 1, OFFSET));
  }

  @Override
  public CompletionStage<Position> writeEvent(JobEvent event, TraceContext trace) {
    events.add(event);
    traces.add(trace);
    order.add("event");
    return CompletableFuture.completedStage(new Position(Topics.standard().jobEvents(), 0, OFFSET));
  }
}
