package io.vignette.gateway.blobs;

import io.vignette.gateway.chores.Chore;
import io.vignette.gateway.submission.SubmissionConfig;
import io.vignette.gateway.topics.Retention;
import io.vignette.images.ImageRejectedException;
import io.vignette.images.source.BlobStore;
import io.vignette.kafka.OutageLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;

/**
 * Forgets blobs by their age alone: after the longest deadline and the longest time that Kafka
 * keeps what a job leaves behind, no job, result or dead job can refer to one any more; nor can one
 * that no job ever referred to. Kafka is asked at each pass, as topics keep settings of their own.
 *
 * <p>Knows nothing of jobs, so it needs no memory, whatever the number of blobs, and is right even
 * where the table of jobs has been lost. The price is that a picture of a job that succeeded stays
 * as long as that of a dead one. Any number of gateways may sweep one store.
 */
@ApplicationScoped
public class BlobSweeper implements Chore {
  private static final Logger LOG = Logger.getLogger(BlobSweeper.class);

  /** Clocks that differ, and the moments between a deadline and the end that it brings. */
  private static final Duration MARGIN = Duration.ofHours(1);

  private final BlobStore blobs;
  private final Duration interval;
  private final Duration deadlineMax;
  private final Retention retention;
  private final Clock clock;

  // Only the chore's thread looks at it.
  private boolean saidForEver;

  private final OutageLog outage = new OutageLog();

  @Inject
  public BlobSweeper(
      BlobStore blobs,
      BlobsConfig config,
      SubmissionConfig submission,
      Retention retention,
      Clock clock) {
    this.blobs = blobs;
    this.interval = config.sweepInterval();
    this.deadlineMax = submission.deadlineMax();
    this.retention = retention;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "blob sweep";
  }

  @Override
  public Duration interval() {
    return interval;
  }

  @Override
  public void pass() {
    try {
      Optional<Duration> kept = retention.longest();
      if (kept.isPresent()) {
        sweep(deadlineMax.plus(kept.get()).plus(MARGIN));
        outage
            .succeeded()
            .ifPresent(
                after -> LOG.infof("%s: works again after %s", name(), OutageLog.text(after)));
      } else if (!saidForEver) {
        saidForEver = true;
        LOG.warnf(
            "%s: blobs are kept for ever, as results or dead jobs are (retention.ms, cleanup.policy)",
            name());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | ImageRejectedException e) {
      if (outage.failed()) {
        LOG.warnf("%s: to be tried again (%s)", name(), e.getMessage());
      }
    }
  }

  private void sweep(Duration age) throws ImageRejectedException {
    long deleted = blobs.deleteOlderThan(clock.instant().minus(age));
    if (deleted > 0) {
      LOG.infof("%s: %d blobs deleted, older than %s", name(), deleted, age);
    }
  }
}
