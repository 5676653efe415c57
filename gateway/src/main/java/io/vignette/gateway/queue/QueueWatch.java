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
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

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
  private final Map<String, String> groupByTopic;
  private final Map<String, Priority> priorityByTopic;
  private final Map<String, QueuePace> paces;

  /** The kind of group that is in use, as far as it is known; on the thread of the passes. */
  private final Map<String, GroupKind> kinds = new HashMap<>();

  private int passes;
  private final QueuePace work = new QueuePace(WORK_WINDOW);

  @Inject
  public QueueWatch(KafkaConnection kafka, Topics topics, JobTable table, Clock clock) {
    this.admin = new ChoreAdmin(kafka);
    this.table = table;
    this.clock = clock;
    this.groupByTopic =
        Map.of(
            topics.jobsInteractive(), ShareGroups.interactive(topics),
            topics.jobsBulk(), ShareGroups.bulk(topics));
    this.priorityByTopic =
        Map.of(topics.jobsInteractive(), Priority.INTERACTIVE, topics.jobsBulk(), Priority.BULK);
    this.paces =
        groupByTopic.keySet().stream()
            .collect(Collectors.toMap(Function.identity(), topic -> new QueuePace(GROUP_WINDOW)));
  }

  /**
   * Where a job is that waits for its first attempt; empty for any other, and where Kafka has not
   * told yet. A later attempt is behind a delay topic, where its offset says nothing.
   */
  public Optional<QueueEstimate> estimate(JobStatus status) {
    boolean isWaiting =
        status.getState() == State.QUEUED && status.getAttempt() <= 1 && status.hasQueuedAt();
    QueuePace pace = paces.get(status.getQueuedAt().getTopic());
    return isWaiting && pace != null
        ? pace.estimate(
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
    if (passes++ % PASSES_UNTIL_BOTH == 0) {
      kinds.clear();
    }
    OpenJobs open = table.open();
    priorityByTopic.forEach(
        (topic, priority) -> {
          if (open.jobs(priority) > 0) {
            note(topic);
          } else {
            paceOf(topic).noteIdle();
          }
        });
  }

  private QueuePace paceOf(String topic) {
    return Objects.requireNonNull(paces.get(topic));
  }

  @Override
  public void close() {
    admin.close();
  }

  private void note(String topic) {
    String group = Objects.requireNonNull(groupByTopic.get(topic));
    try {
      GroupKind known = kinds.get(topic);
      Optional<WorkersProgress> progress =
          known == null
              ? WorkersProgress.ask(admin.opened(), topic, group)
              : WorkersProgress.ask(admin.opened(), topic, group, known);
      if (progress.isPresent()) {
        kinds.put(topic, progress.get().kind());
        paceOf(topic).note(clock.instant(), progress.get().starts(), progress.get().hasJobs());
      } else {
        kinds.remove(topic);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      kinds.remove(topic);
      // Before the first worker there is no such group; estimates are left out meanwhile.
      LOG.debugf("%s: no answer for %s (%s)", name(), group, e.getMessage());
    }
  }
}
