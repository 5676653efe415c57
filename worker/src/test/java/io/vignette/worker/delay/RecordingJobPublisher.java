package io.vignette.worker.delay;

import io.vignette.worker.outcome.JobPublisher;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what it publishes; the first publications can be made to fail. */
final class RecordingJobPublisher implements JobPublisher {
  record Published(String topic, String jobId, Map<String, String> headers, long atMillis) {}

  private final List<Published> published = new CopyOnWriteArrayList<>();
  private final AtomicInteger failuresLeft;

  RecordingJobPublisher(int failures) {
    this.failuresLeft = new AtomicInteger(failures);
  }

  @Override
  public CompletionStage<Void> publish(
      String topic, String jobId, byte[] job, Map<String, String> headers) {
    if (failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return CompletableFuture.failedFuture(new IllegalStateException("not confirmed"));
    }
    published.add(new Published(topic, jobId, headers, System.currentTimeMillis()));
    return CompletableFuture.completedFuture(null);
  }

  List<Published> published() {
    return published;
  }

  List<String> jobIds() {
    return published.stream().map(Published::jobId).toList();
  }
}
