package io.vignette.gateway.queue;

import io.vignette.gateway.status.JobTable;
import io.vignette.gateway.status.OpenJobs;
import io.vignette.proto.v1.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;

/**
 * The bounds of the queue: open jobs, bytes of their images, and the time that the workers need for
 * them. They are of the whole deployment, because each gateway knows all jobs.
 *
 * <p>Thread-safe; never blocks. Not exact: jobs that are being written, here or by another gateway,
 * are not counted yet, so the queue may get longer than its bound by what is written within the
 * milliseconds that the table is behind.
 */
@ApplicationScoped
public class QueueBounds {
  private static final Duration RETRY_MIN = Duration.ofSeconds(1);
  private static final Duration RETRY_MAX = Duration.ofHours(1);

  /** Where nobody knows the pace. */
  private static final Duration RETRY_UNKNOWN = Duration.ofSeconds(30);

  /** So many places are to be free when clients return, so that they do not all return for one. */
  private static final int FREE_PER_CENT = 1;

  private final JobTable table;
  private final QueueWatch watch;
  private final QueueConfig config;

  @Inject
  public QueueBounds(JobTable table, QueueWatch watch, QueueConfig config) {
    this.table = table;
    this.watch = watch;
    this.config = config;
    requirePositive("vignette.queue.jobs-max", config.jobsMax());
    requirePositive("vignette.queue.bytes-max", config.bytesMax());
  }

  /**
   * Why a new job has no place, or empty where it has one.
   *
   * @param imageBytes of the image that would have to be kept; 0 where it is elsewhere
   */
  public Optional<QueueFull> check(Priority priority, long imageBytes) {
    OpenJobs open = table.open();
    return checkJobs(open)
        .or(() -> checkBytes(open, imageBytes))
        .or(() -> checkWork(open, priority));
  }

  private Optional<QueueFull> checkJobs(OpenJobs open) {
    long jobs = open.jobs();
    long max = config.jobsMax();
    return jobs < max
        ? Optional.empty()
        : full(
            "queue: %d open jobs (expected: fewer than %d)".formatted(jobs, max),
            jobs + 1 - max + max * FREE_PER_CENT / 100);
  }

  /** An image alone is taken whatever its size: it would never find more room than now. */
  private Optional<QueueFull> checkBytes(OpenJobs open, long imageBytes) {
    long kept = open.bytes();
    long max = config.bytesMax();
    if (imageBytes == 0 || kept <= 0 || imageBytes <= max - kept) {
      return Optional.empty();
    }
    double excess = (double) kept + imageBytes - max + max * FREE_PER_CENT / 100.0;
    return full(
        "queue: %d bytes of images, %d with this one (expected: at most %d)"
            .formatted(kept, kept + imageBytes, max),
        (long) Math.ceil(excess / kept * open.jobs()));
  }

  private Optional<QueueFull> checkWork(OpenJobs open, Priority priority) {
    long ahead = priority == Priority.BULK ? open.jobs() : open.jobs(Priority.INTERACTIVE);
    return watch
        .workTime(ahead)
        .filter(time -> time.compareTo(config.workMax()) > 0)
        .map(
            time ->
                new QueueFull(
                    "queue: about %d s of work for the workers (expected: at most %d)"
                        .formatted(time.toSeconds(), config.workMax().toSeconds()),
                    clamped(time.minus(config.workMax()))));
  }

  private Optional<QueueFull> full(String message, long jobsToEnd) {
    Duration wait = watch.workTime(jobsToEnd).orElse(RETRY_UNKNOWN);
    return Optional.of(new QueueFull(message, clamped(wait)));
  }

  private static Duration clamped(Duration wait) {
    Duration whole = Duration.ofSeconds(wait.plusSeconds(1).minusNanos(1).toSeconds());
    if (whole.compareTo(RETRY_MIN) < 0) {
      return RETRY_MIN;
    }
    return whole.compareTo(RETRY_MAX) > 0 ? RETRY_MAX : whole;
  }

  private static void requirePositive(String key, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s: %d (expected: from 1)".formatted(key, value));
    }
  }
}
