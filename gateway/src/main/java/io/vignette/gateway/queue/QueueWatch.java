package io.vignette.gateway.queue;

import io.vignette.gateway.chores.Chore;
import io.vignette.gateway.chores.ChoreAdmin;
import io.vignette.gateway.status.JobTable;
import io.vignette.proto.v1.JobStatus;
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
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
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

  private final ChoreAdmin admin;
  private final JobTable table;
  private final Clock clock;
  private final Map<String, String> groupByTopic;
  private final Map<String, QueuePace> paces;
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
    if (table.openJobs() > 0) {
      Admin asked = admin.opened();
      groupByTopic.forEach((topic, group) -> note(asked, topic, group));
    } else {
      paces.values().forEach(QueuePace::noteIdle);
    }
  }

  @Override
  public void close() {
    admin.close();
  }

  private void note(Admin asked, String topic, String group) {
    try {
      Optional<WorkersProgress> progress = WorkersProgress.ask(asked, topic, group);
      QueuePace pace = paces.get(topic);
      if (pace != null && progress.isPresent()) {
        pace.note(clock.instant(), progress.get().starts(), progress.get().hasJobs());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // Before the first worker there is no such group; estimates are left out meanwhile.
      LOG.debugf("%s: no answer for %s (%s)", name(), group, e.getMessage());
    }
  }
}
