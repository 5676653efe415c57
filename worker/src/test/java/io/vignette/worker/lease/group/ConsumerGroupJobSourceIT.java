package io.vignette.worker.lease.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.testkit.TestBroker;
import io.vignette.wire.JobId;
import io.vignette.wire.ShareGroups;
import io.vignette.worker.lease.JobSource;
import io.vignette.worker.lease.LaneKind;
import io.vignette.worker.lease.LeaseListener;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.lease.SharedJobs;
import io.vignette.worker.lease.SharedJobs.NotingHandler;
import io.vignette.worker.lease.UnreadableJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class ConsumerGroupJobSourceIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final SharedJobs jobs = new SharedJobs();

  @ParameterizedTest
  @EnumSource
  void handsOverEveryJobOnceAndPassesIt(Members kind) throws Exception {
    List<String> submitted = jobs.submit(jobs.topics.jobsBulk(), 500);
    NotingHandler handler =
        new NotingHandler(
            job ->
                CompletableFuture.runAsync(
                    () -> {},
                    CompletableFuture.delayedExecutor(
                        ThreadLocalRandom.current().nextInt(20), TimeUnit.MILLISECONDS)));
    JobSource source = source(kind, 32);

    source.start(handler);
    await().atMost(SOON).untilAsserted(() -> assertThat(handler.jobs).hasSize(500));
    source.close(GRACE);

    assertThat(handler.ids()).containsExactlyInAnyOrderElementsOf(submitted);
    assertThat(handler.jobs).allMatch(job -> job.deliveryCount() == 1);
    assertThat(open(LaneKind.BULK)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void noJobWaitsForAnother(Members kind) throws Exception {
    CompletableFuture<Void> slow = new CompletableFuture<>();
    List<String> submitted = jobs.submit(jobs.topics.jobsBulk(), 200);
    NotingHandler handler =
        new NotingHandler(
            job ->
                job.id().equals(submitted.getFirst())
                    ? slow
                    : CompletableFuture.completedFuture(null));
    JobSource source = source(kind, 4);

    source.start(handler);
    await().atMost(SOON).untilAsserted(() -> assertThat(handler.jobs).hasSize(200));
    slow.complete(null);
    source.close(GRACE);

    assertThat(handler.ids()).doesNotHaveDuplicates();
    assertThat(open(LaneKind.BULK)).isZero();
  }

  @Test
  void holdsNoMoreThanAllowed() {
    jobs.submit(jobs.topics.jobsBulk(), 100);
    jobs.submit(jobs.topics.jobsSolo(), 5);
    Map<LaneKind, Set<String>> held = new ConcurrentHashMap<>();
    CompletableFuture<Void> release = new CompletableFuture<>();
    NotingHandler handler =
        new NotingHandler(
            job -> {
              held.computeIfAbsent(job.lane(), none -> ConcurrentHashMap.newKeySet()).add(job.id());
              return release;
            });
    JobSource source = source(Members.ALONE, 7);
    source.start(handler);

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(held.get(LaneKind.BULK)).hasSize(7);
              assertThat(held.get(LaneKind.SOLO)).hasSize(1);
            });
    List<String> interactive = jobs.submit(jobs.topics.jobsInteractive(), 3);
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(held.get(LaneKind.INTERACTIVE)).containsAll(interactive));
    assertThat(held.get(LaneKind.BULK)).hasSize(7);
    assertThat(held.get(LaneKind.SOLO)).hasSize(1);
    release.complete(null);
    await().atMost(SOON).untilAsserted(() -> assertThat(handler.jobs).hasSize(108));
    source.close(GRACE);
  }

  @Test
  void givesAFailedJobAgain() throws Exception {
    jobs.submit(jobs.topics.jobsBulk(), 1);
    NotingHandler handler =
        new NotingHandler(
            job ->
                job.deliveryCount() < 3
                    ? CompletableFuture.failedFuture(new IllegalStateException("no broker"))
                    : CompletableFuture.completedFuture(null));
    JobSource source = source(Members.ALONE, 4);

    source.start(handler);
    await().atMost(SOON).untilAsserted(() -> assertThat(handler.jobs).hasSize(3));
    source.close(GRACE);

    assertThat(handler.jobs).extracting(LeasedJob::deliveryCount).containsExactly(1, 2, 3);
    assertThat(open(LaneKind.BULK)).isZero();
  }

  /** Only what it held, with a second delivery: it may be what took the worker down. */
  @ParameterizedTest
  @EnumSource
  void whatADeadWorkerHeldIsGivenAgainAndNothingElse(Members kind) throws Exception {
    jobs.submit(jobs.topics.jobsBulk(), 60);
    try (Admin admin = Admin.create(jobs.kafka)) {
      Map<TopicPartition, OffsetAndMetadata> left =
          ends(admin, LaneKind.BULK).entrySet().stream()
              .collect(
                  Collectors.toMap(
                      Map.Entry::getKey,
                      end ->
                          new OffsetAndMetadata(
                              0, new OffsetNote(end.getValue(), List.of(1L, 4L), false).text(0))));
      admin
          .alterConsumerGroupOffsets(
              ShareGroups.consumersInPlaceOf(LaneKind.BULK.group(jobs.topics)), left)
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    List<String> fresh = jobs.submit(jobs.topics.jobsBulk(), 10);
    NotingHandler handler = NotingHandler.done();
    JobSource source = source(kind, 32);

    source.start(handler);
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(handler.ids()).containsAll(fresh).hasSize(16));
    source.close(GRACE);

    assertThat(handler.jobs)
        .filteredOn(job -> !fresh.contains(job.id()))
        .hasSize(6)
        .allMatch(job -> job.deliveryCount() == 2)
        .allMatch(job -> job.origin().getOffset() == 1 || job.origin().getOffset() == 4);
    assertThat(open(LaneKind.BULK)).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"CONSUMER", "CLASSIC"})
  void whatIsNotEndedInTimeIsFreshToTheNext(Members kind) {
    jobs.submit(jobs.topics.jobsBulk(), 1);
    NotingHandler stuck = new NotingHandler(job -> new CompletableFuture<>());
    JobSource leaving = source(kind, 4);
    leaving.start(stuck);
    await().atMost(SOON).untilAsserted(() -> assertThat(stuck.jobs).hasSize(1));

    leaving.close(Duration.ofMillis(300));

    NotingHandler handler = NotingHandler.done();
    JobSource staying = source(kind, 4);
    staying.start(handler);
    await().atMost(SOON).untilAsserted(() -> assertThat(handler.jobs).hasSize(1));
    staying.close(GRACE);
    assertThat(handler.jobs.getFirst().deliveryCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"CONSUMER", "CLASSIC"})
  void workersThatComeAndGoRepeatNothing(Members kind) throws Exception {
    List<String> submitted = jobs.submit(jobs.topics.jobsBulk(), 600);
    NotingHandler handler =
        new NotingHandler(
            job ->
                CompletableFuture.runAsync(
                    () -> {}, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS)));
    List<JobSource> sources = new ArrayList<>();
    for (int worker = 0; worker < 3; worker++) {
      JobSource source = source(kind, 4);
      sources.add(source);
      source.start(handler);
      int expected = 100 * (worker + 1);
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(handler.jobs).hasSizeGreaterThan(expected));
    }
    sources.removeFirst().close(GRACE);

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(handler.ids()).containsAll(submitted));
    sources.forEach(source -> source.close(GRACE));

    assertThat(handler.ids()).doesNotHaveDuplicates();
    assertThat(handler.jobs).allMatch(job -> job.deliveryCount() == 1);
    assertThat(open(LaneKind.BULK)).isZero();
  }

  @Test
  void handsNothingOutWhilePaused() {
    NotingHandler handler = NotingHandler.done();
    JobSource source = source(Members.ALONE, 4);
    source.pause();
    source.start(handler);
    source.ready().toCompletableFuture().join();
    jobs.submit(jobs.topics.jobsBulk(), 4);

    await()
        .during(Duration.ofSeconds(1))
        .atMost(SOON)
        .untilAsserted(() -> assertThat(handler.jobs).isEmpty());
    source.resume();
    await().atMost(SOON).untilAsserted(() -> assertThat(handler.jobs).hasSize(4));
    source.close(GRACE);
  }

  @Test
  void tellsOfARecordThatIsNoJob() throws Exception {
    jobs.submitGarbage(jobs.topics.jobsBulk(), "key");
    NotingHandler handler = NotingHandler.done();
    JobSource source = source(Members.ALONE, 4);

    source.start(handler);
    await().atMost(SOON).untilAsserted(() -> assertThat(handler.unreadable).hasSize(1));
    source.close(GRACE);

    UnreadableJob unreadable = handler.unreadable.getFirst();
    assertThat(unreadable.id()).isEqualTo(UnreadableJob.idOf(null, unreadable.origin()));
    assertThat(JobId.parse(unreadable.id())).isPresent();
    assertThat(open(LaneKind.BULK)).isZero();
  }

  /** Whatever was used before, and before that: an empty queue stays empty. */
  @Test
  void whoeverChangesTheSourceRepeatsNothing() throws Exception {
    List<Optional<Members>> kinds =
        List.of(
            Optional.empty(),
            Optional.of(Members.ALONE),
            Optional.empty(),
            Optional.of(Members.CLASSIC),
            Optional.of(Members.CONSUMER),
            Optional.empty(),
            Optional.of(Members.ALONE));
    for (Optional<Members> kind : kinds) {
      NotingHandler handler = NotingHandler.done();
      List<Throwable> failures = new CopyOnWriteArrayList<>();
      LeaseListener listener =
          new LeaseListener() {
            @Override
            public void takeOverFailed(LaneKind lane, Throwable cause) {
              failures.add(cause);
            }
          };
      JobSource source =
          kind.<JobSource>map(members -> source(members, 8, Long.MAX_VALUE, listener))
              .orElseGet(() -> jobs.source(1, 4, listener));

      source.start(handler);
      source.ready().toCompletableFuture().get(30, TimeUnit.SECONDS);
      List<String> fresh = new ArrayList<>(jobs.submit(jobs.topics.jobsBulk(), 30));
      fresh.addAll(jobs.submit(jobs.topics.jobsInteractive(), 5));
      fresh.addAll(jobs.submit(jobs.topics.jobsSolo(), 1));
      await().atMost(SOON).untilAsserted(() -> assertThat(handler.ids()).containsAll(fresh));
      source.close(GRACE);

      assertThat(handler.ids()).as("%s", kind).containsExactlyInAnyOrderElementsOf(fresh);
      assertThat(failures).as("%s", kind).isEmpty();
    }
  }

  /** Whoever asks how far workers are need not wait for the first job. */
  @Test
  void whatIsTakenOverIsCommittedAtOnce() throws Exception {
    List<String> submitted = jobs.submit(jobs.topics.jobsBulk(), 30);
    NotingHandler handler = NotingHandler.done();
    JobSource before = jobs.source(1, 4, LeaseListener.NONE);
    before.start(handler);
    await().atMost(SOON).untilAsserted(() -> assertThat(handler.ids()).containsAll(submitted));
    before.close(GRACE);

    JobSource source = source(Members.ALONE, 8);
    source.start(handler);

    await().atMost(SOON).untilAsserted(() -> assertThat(open(LaneKind.BULK)).isZero());
    source.close(GRACE);
    assertThat(handler.jobs).hasSize(30);
  }

  @Test
  void holdsNoMoreBytesThanAllowed() {
    List<String> submitted = jobs.submit(jobs.topics.jobsBulk(), 20);
    List<CompletableFuture<Void>> held = new CopyOnWriteArrayList<>();
    NotingHandler handler =
        new NotingHandler(
            job -> {
              CompletableFuture<Void> end = new CompletableFuture<>();
              held.add(end);
              return end;
            });
    // A job of these has 38 bytes.
    JobSource source = source(Members.ALONE, 100, 100, LeaseListener.NONE);

    source.start(handler);
    await().atMost(SOON).untilAsserted(() -> assertThat(held).hasSize(3));
    await()
        .during(Duration.ofMillis(500))
        .atMost(SOON)
        .untilAsserted(() -> assertThat(held).hasSize(3));
    held.getFirst().complete(null);
    await().atMost(SOON).untilAsserted(() -> assertThat(held).hasSize(4));
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              held.forEach(each -> each.complete(null));
              assertThat(handler.ids()).containsExactlyInAnyOrderElementsOf(submitted);
            });
    source.close(GRACE);
  }

  @Test
  void aJobLargerThanAllBytesAllowedIsHeldAlone() {
    jobs.submit(jobs.topics.jobsBulk(), 3);
    List<CompletableFuture<Void>> held = new CopyOnWriteArrayList<>();
    NotingHandler handler =
        new NotingHandler(
            job -> {
              assertThat(held).allMatch(CompletableFuture::isDone);
              CompletableFuture<Void> end = new CompletableFuture<>();
              held.add(end);
              return end;
            });
    JobSource source = source(Members.ALONE, 100, 1, LeaseListener.NONE);

    source.start(handler);
    for (int job = 0; job < 3; job++) {
      int begun = job + 1;
      await().atMost(SOON).untilAsserted(() -> assertThat(held).hasSize(begun));
      held.get(job).complete(null);
    }
    source.close(GRACE);
    assertThat(handler.jobs).hasSize(3);
  }

  /** Whoever counts what is told knows how many lanes ask for jobs. */
  @Test
  void tellsOnceWhetherALanePolls() {
    AtomicInteger polling = new AtomicInteger();
    AtomicInteger polls = new AtomicInteger();
    LeaseListener listener =
        new LeaseListener() {
          @Override
          public void polling(LaneKind lane, boolean began) {
            polling.addAndGet(began ? 1 : -1);
          }

          @Override
          public void lanePolled(String lane) {
            polls.incrementAndGet();
          }
        };
    JobSource source = source(Members.ALONE, 4, Long.MAX_VALUE, listener);

    source.pause();
    source.start(NotingHandler.done());
    await().atMost(SOON).untilAsserted(() -> assertThat(polls).hasValueGreaterThan(12));
    assertThat(polling).hasValue(0);
    source.resume();
    await().atMost(SOON).untilAsserted(() -> assertThat(polling).hasValue(3));
    source.close(GRACE);

    assertThat(polling).hasValue(0);
  }

  /** A worker may be killed before its grace is over. */
  @ParameterizedTest
  @EnumSource(names = {"CONSUMER", "CLASSIC"})
  void whatEndsWhileTheWorkerStopsIsWrittenDown(Members kind) throws Exception {
    List<String> submitted = jobs.submit(jobs.topics.jobsBulk(), 40);
    Map<String, CompletableFuture<Void>> held = new ConcurrentHashMap<>();
    NotingHandler handler =
        new NotingHandler(
            job -> held.computeIfAbsent(job.id(), begun -> new CompletableFuture<Void>()));
    JobSource source = source(kind, 100);
    source.start(handler);
    await().atMost(SOON).untilAsserted(() -> assertThat(held).hasSize(40));

    source.stopAcquiring();
    CompletableFuture<Void> last = held.remove(submitted.getFirst());
    held.values().forEach(each -> each.complete(null));

    await().atMost(SOON).untilAsserted(() -> assertThat(openByTheNotes(LaneKind.BULK)).isOne());
    last.complete(null);
    source.close(GRACE);
    assertThat(open(LaneKind.BULK)).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"CONSUMER", "CLASSIC"})
  void aFailedJobDoesNotHoldUpALeavingWorker(Members kind) {
    jobs.submit(jobs.topics.jobsBulk(), 1);
    CompletableFuture<Void> failing = new CompletableFuture<>();
    NotingHandler handler = new NotingHandler(job -> failing);
    JobSource source = source(kind, 4);
    source.start(handler);
    await().atMost(SOON).untilAsserted(() -> assertThat(handler.jobs).hasSize(1));

    source.stopAcquiring();
    failing.completeExceptionally(new IllegalStateException("no broker"));
    long start = System.nanoTime();
    source.close(SOON);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    assertThat(handler.jobs).hasSize(1);
  }

  private JobSource source(Members kind, int heldMax) {
    return source(kind, heldMax, Long.MAX_VALUE, LeaseListener.NONE);
  }

  private JobSource source(Members kind, int heldMax, long heldBytesMax, LeaseListener listener) {
    return kind.source(jobs, heldMax, heldBytesMax, listener);
  }

  /** Records that the group has not passed. */
  private long open(LaneKind kind) throws Exception {
    try (Admin admin = TestBroker.shared().admin()) {
      Map<TopicPartition, OffsetAndMetadata> committed = committed(admin, kind);
      return ends(admin, kind).entrySet().stream()
          .mapToLong(
              end -> {
                OffsetAndMetadata passed = committed.get(end.getKey());
                return end.getValue() - (passed == null ? 0 : passed.offset());
              })
          .sum();
    }
  }

  /** Records that whoever takes over would be given. */
  private long openByTheNotes(LaneKind kind) throws Exception {
    try (Admin admin = TestBroker.shared().admin()) {
      Map<TopicPartition, OffsetAndMetadata> committed = committed(admin, kind);
      return ends(admin, kind).entrySet().stream()
          .mapToLong(
              end -> {
                OffsetAndMetadata passed = committed.get(end.getKey());
                if (passed == null) {
                  return end.getValue();
                }
                OffsetNote note = OffsetNote.parse(passed.metadata(), passed.offset());
                return end.getValue() - note.delivered() + note.open().size();
              })
          .sum();
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(Admin admin, LaneKind kind)
      throws Exception {
    return admin
        .listConsumerGroupOffsets(ShareGroups.consumersInPlaceOf(kind.group(jobs.topics)))
        .partitionsToOffsetAndMetadata()
        .get(30, TimeUnit.SECONDS);
  }

  private Map<TopicPartition, Long> ends(Admin admin, LaneKind kind) throws Exception {
    String topic = kind.topic(jobs.topics);
    Map<TopicPartition, OffsetSpec> latest =
        admin
            .describeTopics(List.of(topic))
            .allTopicNames()
            .get(30, TimeUnit.SECONDS)
            .get(topic)
            .partitions()
            .stream()
            .collect(
                Collectors.toMap(
                    partition -> new TopicPartition(topic, partition.partition()),
                    partition -> OffsetSpec.latest()));
    return admin.listOffsets(latest).all().get(30, TimeUnit.SECONDS).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
  }
}
