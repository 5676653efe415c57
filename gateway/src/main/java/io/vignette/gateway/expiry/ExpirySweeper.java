package io.vignette.gateway.expiry;

import io.vignette.gateway.status.JobTable;
import io.vignette.gateway.submission.JobFacts;
import io.vignette.gateway.submission.JobLog;
import io.vignette.proto.v1.JobStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Ends open jobs whose deadline has passed: the fold reads no clock, so somebody has to say it.
 *
 * <p>Every gateway sweeps; that several say the same changes nothing. On a thread of its own; one
 * pass writes at most {@value #EVENTS_A_PASS} events, the next pass goes on.
 */
@ApplicationScoped
public class ExpirySweeper {
  private static final Logger LOG = Logger.getLogger(ExpirySweeper.class);
  private static final int EVENTS_A_PASS = 1000;

  private final JobTable table;
  private final JobLog log;
  private final Clock clock;
  private final Duration margin;
  private final Duration interval;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("expiry").factory());

  @Inject
  public ExpirySweeper(JobTable table, JobLog log, ExpiryConfig config, Clock clock) {
    this.table = table;
    this.log = log;
    this.clock = clock;
    this.margin = config.margin();
    this.interval = config.interval();
  }

  /** Begins to sweep; the table must be ready. */
  public void start() {
    thread.scheduleWithFixedDelay(
        this::sweep, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  public void close() {
    thread.shutdownNow();
  }

  private void sweep() {
    Instant now = clock.instant();
    Budget budget = new Budget(EVENTS_A_PASS);
    table.forEachOverdue(
        now.minus(margin),
        job -> {
          if (budget.take()) {
            expire(job, now);
          }
        });
  }

  private void expire(JobStatus job, Instant now) {
    log.writeEvent(JobFacts.expired(job, now))
        .whenComplete(
            (written, failure) -> {
              if (failure != null) {
                LOG.warnf(
                    "expiry: to be tried again, jobId=%s error=%s",
                    job.getJobId(), failure.getMessage());
              }
            });
  }

  /** A number of times that something may be done. One thread only. */
  private static final class Budget {
    private int left;

    private Budget(int times) {
      this.left = times;
    }

    private boolean take() {
      return left-- > 0;
    }
  }
}
