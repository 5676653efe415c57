package io.vignette.gateway.expiry;

import io.vignette.gateway.chores.Chore;
import io.vignette.gateway.status.JobTable;
import io.vignette.gateway.submission.JobFacts;
import io.vignette.gateway.submission.JobLog;
import io.vignette.gateway.topics.TopicsConfig;
import io.vignette.kafka.OutageLog;
import io.vignette.proto.v1.JobStatus;
import io.vignette.wire.TraceContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/**
 * Ends open jobs whose deadline has passed: the fold reads no clock, so somebody has to say it.
 * Also those that have not changed for longer than Kafka keeps a job's record: no worker will be
 * given them any more, and one without a usable deadline would take a place in the queue for ever.
 *
 * <p>Every gateway sweeps; that several say the same changes nothing. One pass writes at most
 * {@value #EVENTS_A_PASS} events, the next pass goes on.
 */
@ApplicationScoped
public class ExpirySweeper implements Chore {
  private static final Logger LOG = Logger.getLogger(ExpirySweeper.class);
  private static final int EVENTS_A_PASS = 1000;

  private final JobTable table;
  private final JobLog log;
  private final Clock clock;
  private final Duration margin;
  private final Duration interval;
  private final Duration jobRetention;
  private final OutageLog outage = new OutageLog();

  @Inject
  public ExpirySweeper(
      JobTable table, JobLog log, ExpiryConfig config, TopicsConfig topics, Clock clock) {
    this(table, log, config, topics.jobRetention(), clock);
  }

  ExpirySweeper(
      JobTable table, JobLog log, ExpiryConfig config, Duration jobRetention, Clock clock) {
    this.table = table;
    this.log = log;
    this.clock = clock;
    this.margin = config.margin();
    this.interval = config.interval();
    this.jobRetention = jobRetention;
  }

  @Override
  public String name() {
    return "expiry";
  }

  @Override
  public Duration interval() {
    return interval;
  }

  /** Nothing while Kafka is away: each event would fail, and the next pass states all of them. */
  @Override
  public void pass() {
    if (!log.takesRecords()) {
      return;
    }
    Instant now = clock.instant();
    table
        .overdue(now.minus(margin), now.minus(jobRetention), EVENTS_A_PASS)
        .forEach(job -> expire(job, now));
  }

  /** Of no trace: the table does not keep the job's, and a new one would tell of nothing else. */
  private void expire(JobStatus job, Instant now) {
    log.writeEvent(JobFacts.expired(job, now), TraceContext.NONE)
        .whenComplete(
            (written, failure) -> {
              if (failure == null) {
                outage
                    .succeeded()
                    .ifPresent(
                        after -> LOG.infof("expiry: works again after %s", OutageLog.text(after)));
              } else if (outage.failed()) {
                LOG.warnf(
                    "expiry: to be tried again, jobId=%s error=%s",
                    job.getJobId(), failure.getMessage());
              }
            });
  }
}
