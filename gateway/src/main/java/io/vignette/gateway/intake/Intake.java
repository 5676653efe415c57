package io.vignette.gateway.intake;

import io.vignette.gateway.intake.IntakeConfig.Unmatched;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Joins reading, deciding and setting aside for one topic.
 *
 * <p>Life: made → started → closed; closing before the start is allowed.
 */
final class Intake implements AutoCloseable {
  private final ScheduledExecutorService timer;
  private final KafkaDeadLetters deadLetters;
  private final IntakeFeed feed;
  private boolean closed;

  /** What becomes of events. */
  record Decisions(Rules rules, Unmatched unmatched, JobDoor jobs) {}

  Intake(
      KafkaConnection kafka,
      String topic,
      String group,
      int inFlightMax,
      Decisions decisions,
      IntakeCounters counters) {
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("intake-retries").factory());
    this.deadLetters = new KafkaDeadLetters(kafka, Topics.deadEvents(topic));
    EventHandler handler =
        new EventHandler(
            decisions.rules(),
            decisions.unmatched(),
            decisions.jobs(),
            deadLetters,
            new Retries(this::later),
            counters);
    this.feed = new IntakeFeed(kafka, topic, group, inFlightMax, handler::handle);
  }

  synchronized void start() {
    if (!closed) {
      feed.start();
    }
  }

  /** What waits to be tried again is left: its offset is not committed, so it is repeated. */
  @Override
  public synchronized void close() {
    closed = true;
    feed.close();
    timer.shutdownNow();
    deadLetters.close();
  }

  private void later(Duration pause, Runnable task) {
    if (!timer.isShutdown()) {
      timer.schedule(task, pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
