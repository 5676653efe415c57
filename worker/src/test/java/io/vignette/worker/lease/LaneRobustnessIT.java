package io.vignette.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.worker.lease.LeaseConfig.Source;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What lanes keep to when handlers, permits, topics and time are against them. */
@Timeout(90)
class LaneRobustnessIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final LeasedTopics topics = new LeasedTopics();
  private final RecordingListener listener = new RecordingListener();
  private final LeaseSettings settings = LeaseSettings.of(2, 32);
  private final ShareGroupJobSource source = topics.source(settings, listener);

  @AfterEach
  void close() {
    source.close(GRACE);
    topics.close();
  }

  @Test
  void jobsThatEndOutOfOrderAreAllAcceptedOnce() {
    List<String> ids = topics.create().send(LaneKind.BULK, 500);
    RecordingHandler handler =
        new RecordingHandler(job -> later(ThreadLocalRandom.current().nextInt(20)));

    source.start(handler);

    awaitAccepted(LaneKind.BULK);
    assertThat(handler.ids()).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(handler.handled()).allMatch(job -> job.deliveryCount() == 1);
    assertThat(listener.lost()).isZero();
    assertThat(listener.failures()).isEmpty();
  }

  @Test
  void handlerThatThrowsCostsTheLaneNothing() {
    topics.create().send(LaneKind.BULK, 1);
    RecordingHandler handler =
        new RecordingHandler(
            job -> {
              if (job.deliveryCount() == 1) {
                throw new IllegalArgumentException("against the contract");
              }
              return RecordingHandler.done();
            });

    source.start(handler);

    awaitAccepted(LaneKind.BULK);
    assertThat(handler.handled()).hasSize(2);
    assertThat(listener.failures()).isEmpty();
  }

  @Test
  void failedJobIsReleasedAfterAWaitThatDoubles() {
    topics.create().send(LaneKind.BULK, 1);
    List<Instant> deliveries = new CopyOnWriteArrayList<>();
    RecordingHandler handler =
        new RecordingHandler(
            job -> {
              deliveries.add(Instant.now());
              return job.deliveryCount() < 3
                  ? CompletableFuture.failedFuture(new IllegalStateException("no outcome"))
                  : RecordingHandler.done();
            });

    source.start(handler);

    awaitAccepted(LaneKind.BULK);
    assertThat(deliveries).hasSize(3);
    Duration first = Duration.between(deliveries.get(0), deliveries.get(1));
    Duration second = Duration.between(deliveries.get(1), deliveries.get(2));
    assertThat(first).isGreaterThanOrEqualTo(settings.backoff());
    assertThat(second).isGreaterThanOrEqualTo(settings.backoff().multipliedBy(2));
  }

  @Test
  void closeReleasesAtOnceWhatWaitsForItsRelease() {
    topics.create().send(LaneKind.BULK, 1);
    RecordingHandler failing =
        new RecordingHandler(
            job -> CompletableFuture.failedFuture(new IllegalStateException("no outcome")));
    ShareGroupJobSource patient = topics.source(backingOff(Duration.ofSeconds(20)), listener);
    patient.start(failing);
    await().atMost(SOON).until(() -> failing.handled().size() == 1);

    assertThat(timeToClose(patient, Duration.ofSeconds(15))).isLessThan(Duration.ofSeconds(3));
    RecordingHandler next = RecordingHandler.quick();
    source.start(next);

    awaitAccepted(LaneKind.BULK);
    // A lane within its last poll may have been given the job once more.
    int deliveries = failing.handled().size() + 1;
    assertThat(next.handled()).extracting(LeasedJob::deliveryCount).containsExactly(deliveries);
    assertThat(listener.lost()).isZero();
  }

  @Test
  void failedJobHoldsUpTheInteractiveLaneForASecondAtMost() {
    topics.create().send(LaneKind.INTERACTIVE, 1);
    RecordingHandler handler =
        new RecordingHandler(
            job ->
                job.deliveryCount() == 1
                    ? CompletableFuture.failedFuture(new IllegalStateException("no outcome"))
                    : RecordingHandler.done());
    ShareGroupJobSource patient = topics.source(backingOff(Duration.ofSeconds(15)), listener);

    patient.start(handler);

    await().atMost(Duration.ofSeconds(10)).until(() -> handler.handled().size() == 2);
    patient.close(GRACE);
  }

  @Test
  void soloLaneHoldsOneJobAtATime() {
    topics.create().send(LaneKind.SOLO, 3);
    Map<String, CompletableFuture<Void>> open = new ConcurrentHashMap<>();
    RecordingHandler handler =
        new RecordingHandler(
            job -> open.computeIfAbsent(job.id(), unseen -> new CompletableFuture<>()));

    source.start(handler);

    for (int held = 1; held <= 3; held++) {
      int expected = held;
      await().atMost(SOON).until(() -> handler.handled().size() == expected);
      await()
          .during(Duration.ofMillis(300))
          .atMost(SOON)
          .until(() -> handler.handled().size() == expected);
      open.get(handler.ids().getLast()).complete(null);
    }
    awaitAccepted(LaneKind.SOLO);
  }

  @Test
  void pausedLanesDoNotPoll() {
    topics.create();
    RecordingHandler handler = RecordingHandler.quick();
    source.start(handler);
    source.ready().toCompletableFuture().join();
    source.pause();
    await().atMost(SOON).until(() -> listener.polling() == 0);
    int polls = listener.polls();

    topics.send(LaneKind.BULK, 10);

    await()
        .during(Duration.ofMillis(800))
        .atMost(SOON)
        .until(() -> listener.polls() == polls && handler.handled().isEmpty());
    source.resume();
    awaitAccepted(LaneKind.BULK);
  }

  @Test
  void lanesWithoutPermitsDoNotPoll() {
    topics.create().send(LaneKind.BULK, 100);
    CompletableFuture<Void> held = new CompletableFuture<>();
    RecordingHandler handler = new RecordingHandler(job -> held);
    LeaseSettings narrow =
        new LeaseSettings(
            Source.SHARE_GROUP, 3, 10, 21, 10, Duration.ofMillis(100), Duration.ofMillis(100));
    ShareGroupJobSource narrowSource = topics.source(narrow, listener);

    narrowSource.start(handler);

    await().atMost(SOON).until(() -> !handler.handled().isEmpty());
    await().during(Duration.ofMillis(800)).atMost(SOON).until(() -> handler.handled().size() <= 11);
    held.complete(null);
    awaitAccepted(LaneKind.BULK);
    narrowSource.close(GRACE);
    assertThat(handler.handled()).hasSize(100);
  }

  @Test
  void closeWaitsForHeldJobs() {
    topics.create().send(LaneKind.BULK, 10);
    RecordingHandler handler = new RecordingHandler(job -> later(700));
    source.start(handler);
    await().atMost(SOON).until(() -> handler.handled().size() == 10);

    source.close(GRACE);

    awaitAccepted(LaneKind.BULK);
    assertThat(handler.handled()).hasSize(10);
  }

  @Test
  void closeEndsWithItsGraceHoweverStuckTheJobs() {
    topics.create().send(LaneKind.BULK, 10);
    RecordingHandler stuck = new RecordingHandler(job -> new CompletableFuture<>());
    source.start(stuck);
    // Not all ten: a lane that holds a job does not fetch from its other partitions.
    await().atMost(SOON).until(() -> !stuck.handled().isEmpty());

    assertThat(timeToClose(source, Duration.ofMillis(300))).isLessThan(Duration.ofSeconds(3));
    RecordingHandler next = RecordingHandler.quick();
    ShareGroupJobSource other = topics.source(settings, LeaseListener.NONE);
    other.start(next);

    awaitAccepted(LaneKind.BULK);
    other.close(GRACE);
    assertThat(next.handled()).hasSize(10);
    // More than twice where a lane that was closing too got it for a moment.
    assertThat(next.handled())
        .filteredOn(job -> job.deliveryCount() >= 2)
        .extracting(LeasedJob::id)
        .containsAll(stuck.ids());
  }

  @Test
  void waitsForItsTopics() {
    RecordingHandler handler = RecordingHandler.quick();
    source.start(handler);
    await()
        .during(Duration.ofMillis(400))
        .atMost(SOON)
        .until(() -> !source.ready().toCompletableFuture().isDone());

    topics.create().send(LaneKind.INTERACTIVE, 1);

    awaitAccepted(LaneKind.INTERACTIVE);
    assertThat(handler.handled()).hasSize(1);
    assertThat(listener.failures()).isEmpty();
  }

  @Test
  void closesSoonWhileItsTopicsAreMissing() {
    source.start(RecordingHandler.quick());

    assertThat(timeToClose(source, GRACE)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void leaseEndsWhenTheBrokerSays() {
    topics.create().send(LaneKind.BULK, 1);
    RecordingHandler handler = RecordingHandler.quick();

    source.start(handler);

    await().atMost(SOON).until(() -> handler.handled().size() == 1);
    Duration left =
        Duration.between(Clock.systemUTC().instant(), handler.handled().getFirst().leasedUntil());
    assertThat(left).isBetween(Duration.ofSeconds(35), Duration.ofSeconds(60));
  }

  private static LeaseSettings backingOff(Duration backoff) {
    return new LeaseSettings(Source.SHARE_GROUP, 2, 32, 97, 32, Duration.ofMillis(250), backoff);
  }

  private void awaitAccepted(LaneKind kind) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(topics.unacknowledged(kind)).as("open records").isZero());
  }

  private static CompletableFuture<Void> later(int millis) {
    return CompletableFuture.runAsync(
        () -> {}, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
  }

  private static Duration timeToClose(ShareGroupJobSource source, Duration grace) {
    long start = System.nanoTime();
    source.close(grace);
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
