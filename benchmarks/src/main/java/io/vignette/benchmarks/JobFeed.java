package io.vignette.benchmarks;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * A load generator: writes jobs from a thread of its own, so many ahead of the answers that a
 * worker never waits for one.
 *
 * <p>Thread-safe. Ends when it is closed, and fails then if a job could not be written.
 */
final class JobFeed implements AutoCloseable {

  static final int AHEAD = 2_000;
  private static final int UNCONFIRMED_MAX = 500;
  private static final long LOOK_UP_MILLIS = 100;

  private final JobsInKafka jobs;
  private final List<Path> files;
  private final String model;
  private final Semaphore places = new Semaphore(AHEAD);
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private volatile boolean stopped;

  private JobFeed(JobsInKafka jobs, List<Path> files, String model) {
    this.jobs = jobs;
    this.files = files;
    this.model = model;
  }

  /** Begins to write; files are taken in turn. */
  static JobFeed start(JobsInKafka jobs, List<Path> files, String model) {
    JobFeed feed = new JobFeed(jobs, files, model);
    Thread.ofPlatform().name("job-feed").daemon().start(feed::run);
    return feed;
  }

  /** Makes room for so many jobs. */
  void answered(int pictures) {
    places.release(pictures);
  }

  private void run() {
    try (JobsInKafka.Writer writer = jobs.new Writer(model)) {
      write(writer);
      end.complete(null);
    } catch (InterruptedException | ExecutionException | RuntimeException e) {
      end.completeExceptionally(e);
    }
  }

  private void write(JobsInKafka.Writer writer) throws InterruptedException, ExecutionException {
    Queue<Future<RecordMetadata>> unconfirmed = new ArrayDeque<>();
    int written = 0;
    while (!stopped) {
      if (places.tryAcquire(LOOK_UP_MILLIS, TimeUnit.MILLISECONDS)) {
        unconfirmed.addAll(writer.write(files.get(written % files.size()), written));
        written++;
        while (unconfirmed.size() > UNCONFIRMED_MAX) {
          unconfirmed.remove().get();
        }
      }
    }
  }

  @Override
  public void close() {
    stopped = true;
    end.join();
  }
}
