package io.vignette.gateway.chores;

import io.quarkus.arc.All;
import io.vignette.kafka.OutageLog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Runs all chores, each on a thread of its own, so that a slow one holds up no other.
 *
 * <p>Life: made → started early → started → closed.
 */
@ApplicationScoped
public class Chores {
  private static final Logger LOG = Logger.getLogger(Chores.class);

  /** Rare chores must not wait for their whole interval after every restart. */
  private static final Duration FIRST_WAIT_MAX = Duration.ofMinutes(1);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final List<Chore> chores;
  private final ScheduledExecutorService threads;

  @Inject
  public Chores(@All List<Chore> chores) {
    this.chores = List.copyOf(chores);
    this.threads =
        Executors.newScheduledThreadPool(
            chores.size(), Thread.ofPlatform().daemon().name("chores-", 0).factory());
  }

  /** Begins what needs no ready gateway; the topics must exist. */
  public void startEarly() {
    chores.stream().filter(chore -> !chore.needsReadyGateway()).forEach(this::begin);
  }

  /** Begins the others. */
  public void start() {
    chores.stream().filter(Chore::needsReadyGateway).forEach(this::begin);
  }

  private void begin(Chore chore) {
    long interval = chore.interval().toMillis();
    OutageLog outage = new OutageLog();
    threads.scheduleWithFixedDelay(
        () -> run(chore, outage),
        Math.min(interval, FIRST_WAIT_MAX.toMillis()),
        interval,
        TimeUnit.MILLISECONDS);
  }

  /** Breaks off what runs, and waits a moment for it to end. Idempotent. */
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debugf("chores: still running after %s, left behind", CLOSE_LIMIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    chores.forEach(Chore::close);
  }

  /** Nothing may leave this: a scheduled task that throws, even an error, never runs again. */
  private void run(Chore chore, OutageLog outage) {
    try {
      chore.pass();
      outage
          .succeeded()
          .ifPresent(
              after -> LOG.infof("%s: works again after %s", chore.name(), OutageLog.text(after)));
    } catch (Throwable e) {
      boolean isFirst = outage.failed();
      // An Error is told each time: a process that lacks memory ends by what is logged.
      if (!threads.isShutdown() && (isFirst || e instanceof Error)) {
        LOG.errorf(e, "%s: failed, to be tried again in %s", chore.name(), chore.interval());
      }
    }
  }
}
