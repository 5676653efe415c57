package io.vignette.gateway.status;

import io.vignette.ledger.state.JobState;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The account of the jobs that have not ended: how many by priority and state, the bytes of their
 * images, and the age of the oldest. Every gateway folds the same events, so every gateway has the
 * account of the whole deployment, but for events that it has not read yet.
 *
 * <p>Thread-safe: the readers of a load write at once, each its own jobs, and any thread reads. The
 * figures are of slightly different moments. Costs a few bytes for each second in which a job was
 * submitted that is still open, so at most those of the longest deadline.
 */
public final class OpenJobs {
  private final AtomicLong interactiveQueued = new AtomicLong();
  private final AtomicLong interactiveRunning = new AtomicLong();
  private final AtomicLong bulkQueued = new AtomicLong();
  private final AtomicLong bulkRunning = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final LongAdder ended = new LongAdder();

  /** Open jobs by the second of their submission. */
  private final ConcurrentSkipListMap<Long, Integer> bySecond = new ConcurrentSkipListMap<>();

  OpenJobs() {}

  /** All jobs that have not ended. */
  public long jobs() {
    return jobs(Priority.INTERACTIVE) + jobs(Priority.BULK);
  }

  /** Those of a priority. */
  public long jobs(Priority priority) {
    return jobs(priority, State.QUEUED) + jobs(priority, State.RUNNING);
  }

  /**
   * Those of a priority that wait, or that are being worked on.
   *
   * @param state {@link State#RUNNING}, or any other for those that wait
   */
  public long jobs(Priority priority, State state) {
    return count(priority, state).get();
  }

  /** Bytes of the images that are kept for open jobs, inside their records or as blobs. */
  public long bytes() {
    return bytes.get();
  }

  /** Jobs that have ended since the table was made. */
  public long ended() {
    return ended.sum();
  }

  /**
   * How long the oldest open job has been open, to the second; zero where none is open.
   *
   * @param longest a job that has been open for longer is passed over: whoever stated it told a
   *     time that cannot be
   */
  public Duration oldestAge(Instant now, Duration longest) {
    Map.Entry<Long, Integer> oldest =
        bySecond.ceilingEntry(now.getEpochSecond() - longest.toSeconds());
    if (oldest == null) {
      return Duration.ZERO;
    }
    return Duration.ofSeconds(Math.max(0, now.getEpochSecond() - oldest.getKey()));
  }

  /** A job's status changed; null where there was none before. */
  void note(@Nullable JobStatus before, JobStatus after) {
    boolean wasOpen = before != null && !JobState.isTerminal(before);
    boolean isOpen = !JobState.isTerminal(after);
    if (before != null && wasOpen) {
      add(before, -1);
    }
    if (isOpen) {
      add(after, 1);
    } else if (wasOpen) {
      ended.increment();
    }
  }

  private void add(JobStatus open, int change) {
    count(open.getIdentity().getPriority(), open.getState()).addAndGet(change);
    bytes.addAndGet(change * open.getQueuedAt().getImageBytes());
    bySecond.merge(
        secondOf(open),
        change,
        (present, more) -> present + more == 0 ? null : Integer.valueOf(present + more));
  }

  private static long secondOf(JobStatus status) {
    return status.getIdentity().hasSubmittedAt()
        ? status.getIdentity().getSubmittedAt().getSeconds()
        : status.getSince().getSeconds();
  }

  private AtomicLong count(Priority priority, State state) {
    boolean isRunning = state == State.RUNNING;
    if (priority == Priority.BULK) {
      return isRunning ? bulkRunning : bulkQueued;
    }
    return isRunning ? interactiveRunning : interactiveQueued;
  }
}
