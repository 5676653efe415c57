package io.vignette.gateway.queue;

import io.vignette.gateway.chores.Chore;
import io.vignette.gateway.chores.ChoreAdmin;
import io.vignette.gateway.queue.WorkersProgress.GroupKind;
import io.vignette.gateway.status.JobTable;
import io.vignette.gateway.status.OpenJobs;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.State;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.ShareGroups;
import io.vignette.wire.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kafka once a second, while jobs are open, how far the workers are, and estimates from that
 * where a waiting job is. Requests never ask Kafka.
 */
@ApplicationScoped
public class QueueWatch implements Chore {
  private static final Logger LOG = Logger.getLogger(QueueWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration GROUP_WINDOW = Duration.ofSeconds(15);

  /** Long, and from many jobs: a moment's pace must not decide who is refused. */
  private static final Duration WORK_WINDOW = Duration.ofMinutes(5);

  private static final long WORK_ENDED_MIN = 100;
  private static final int ALL = 0;

  /**
   * Meanwhile only the kind of group that was in use is asked for: each question is three requests.
   */
  private static final int PASSES_UNTIL_BOTH = 15;

  private final ChoreAdmin admin;
  private final JobTable table;
  private final Clock clock;
  private final Map<String, Watched> byTopic;
  private final QueuePace work = new QueuePace(WORK_WINDOW);
  private int passes;

  /** What is known of the jobs on one topic. */
  private static final class Watched {
    private final Priority priority;
    private final String group;
    private final QueuePace pace = new QueuePace(GROUP_WINDOW);

    /** In use, as far as it is known; on the thread of the passes. */
    private @Nullable GroupKind kind;

    Watched(Priority priority, String group) {
      this.priority = priority;
      this.group = group;
    }
  }

  @Inject
  public QueueWatch(KafkaConnection kafka, Topics topics, JobTable table, Clock clock) {
    this.admin = new ChoreAdmin(kafka);
    this.table = table;
    this.clock = clock;
    this.byTopic =
        Map.of(
            topics.jobsInteractive(),
            new Watched(Priority.INTERACTIVE, ShareGroups.interactive(topics)),
            topics.jobsBulk(),
            new Watched(Priority.BULK, ShareGroups.bulk(topics)));
  }

  /**
   * Where a job is that waits for its first attempt; empty for any other, and where Kafka has not
   * told yet. A later attempt is behind a delay topic, where its offset says nothing.
   */
  public Optional<QueueEstimate> estimate(JobStatus status) {
    boolean isWaiting =
        status.getState() == State.QUEUED && status.getAttempt() <= 1 && status.hasQueuedAt();
    Watched watched = byTopic.get(status.getQueuedAt().getTopic());
    return isWaiting && watched != null
        ? watched.pace.estimate(
            status.getQueuedAt().getPartition(), status.getQueuedAt().getOffset(), clock.instant())
        : Optional.empty();
  }

  /**
   * How long all workers together take for so many jobs, at the pace of the last five minutes in
   * which jobs were open; empty where fewer than a hundred have ended in them.
   */
  public Optional<Duration> workTime(long jobs) {
    return work.timeFor(jobs, WORK_ENDED_MIN);
  }

  @Override
  public String name() {
    return "queue watch";
  }

  @Override
  public Duration interval() {
    return INTERVAL;
  }

  @Override
  public void pass() {
    work.note(clock.instant(), Map.of(ALL, table.open().ended()), table.openJobs() > 0);
    boolean asksBoth = passes++ % PASSES_UNTIL_BOTH == 0;
    OpenJobs open = table.open();
    byTopic.forEach(
        (topic, watched) -> {
          if (asksBoth) {
            watched.kind = null;
          }
          if (open.jobs(watched.priority) > 0) {
            note(topic, watched);
          } else {
            watched.pace.noteIdle();
          }
        });
  }

  @Override
  public void close() {
    admin.close();
  }

  private void note(String topic, Watched watched) {
    GroupKind known = watched.kind;
    watched.kind = null;
    try {
      Optional<WorkersProgress> progress =
          known == null
              ? WorkersProgress.ask(admin.opened(), topic, watched.group)
              : WorkersProgress.ask(admin.opened(), topic, watched.group, known);
      progress.ifPresent(
          found -> {
            watched.kind = found.kind();
            watched.pace.note(clock.instant(), found.starts(), found.hasJobs());
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // Before the first worker there is no such group; estimates are left out meanwhile.
      LOG.debugf("%s: no answer for %s (%s)", name(), watched.group, e.getMessage());
    }
  }
}
