package io.vignette.worker.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The lanes of a job source on threads of their own, from when their topics exist. Thread-safe. */
public final class LaneThreads {
  private static final Duration MARGIN = Duration.ofSeconds(6);

  private final Map<String, Object> clientProperties;
  private final LeaseListener listener;
  private final StopSignal stop;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final List<Thread> threads = new ArrayList<>();

  /**
   * @param stop what the lanes listen to
   */
  public LaneThreads(
      Map<String, Object> clientProperties, LeaseListener listener, StopSignal stop) {
    this.clientProperties = clientProperties;
    this.listener = listener;
    this.stop = stop;
  }

  /** What is done before the lanes begin. */
  @FunctionalInterface
  public interface Preparation {
    void run() throws InterruptedException;
  }

  /**
   * Starts the lanes as soon as the topics exist. Call once.
   *
   * @param preparation what is done before, once the topics exist
   */
  public synchronized void start(
      Collection<String> topics, Preparation preparation, List<? extends LaneLoop> lanes) {
    CompletableFuture.allOf(
            lanes.stream()
                .map(lane -> lane.polled().toCompletableFuture())
                .toArray(CompletableFuture[]::new))
        .whenComplete((done, thrown) -> ready.complete(null));
    CompletableFuture<Void> prepared = new CompletableFuture<>();
    run("lease-topics", () -> prepare(topics, preparation, prepared));
    lanes.forEach(lane -> run(lane.name(), prepared::join, lane));
  }

  private void prepare(
      Collection<String> topics, Preparation preparation, CompletableFuture<Void> prepared) {
    try {
      new TopicWait(clientProperties, listener, stop).await(topics);
      if (!stop.isStopping()) {
        preparation.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      prepared.complete(null);
    }
  }

  private void run(String name, Runnable... steps) {
    threads.add(
        Thread.ofPlatform()
            .name(name)
            .daemon(true)
            .start(
                () -> {
                  for (Runnable step : steps) {
                    step.run();
                  }
                }));
  }

  /** Completes when every lane has polled. */
  public CompletionStage<Void> ready() {
    return ready.minimalCompletionStage();
  }

  /** Stops the lanes and waits for them, a little longer than they may take to finish. */
  public void close(Duration timeout) {
    stop.stop(timeout);
    long end = System.nanoTime() + timeout.plus(MARGIN).toNanos();
    try {
      for (Thread thread : threads()) {
        thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized List<Thread> threads() {
    return List.copyOf(threads);
  }
}
