package io.vignette.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.wire.JobId;
import io.vignette.worker.lease.SharedJobs.NotingHandler;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ShareGroupJobSourceIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final SharedJobs jobs = new SharedJobs();

  @Test
  void handsOverEveryJobOnceAndAcceptsIt() {
    List<String> submitted = jobs.submit(jobs.topics.jobsBulk(), 500);
    NotingHandler handler = NotingHandler.done();
    ShareGroupJobSource source = jobs.source(2, 32, LeaseListener.NONE);

    source.start(handler);
    await().atMost(SOON).untilAsserted(() -> assertThat(handler.jobs).hasSize(500));
    source.close(GRACE);

    assertThat(handler.ids()).containsExactlyInAnyOrderElementsOf(submitted);
    assertThat(handler.jobs).allMatch(job -> job.deliveryCount() == 1);
    assertThat(left()).isZero();
  }

  @Test
  void givesAFailedJobAgain() {
    jobs.submit(jobs.topics.jobsBulk(), 1);
    NotingHandler handler =
        new NotingHandler(
            job ->
                job.deliveryCount() == 1
                    ? CompletableFuture.failedFuture(new IllegalStateException("no broker"))
                    : CompletableFuture.completedFuture(null));
    ShareGroupJobSource source = jobs.source(1, 4, LeaseListener.NONE);

    source.start(handler);
    await().atMost(SOON).untilAsserted(() -> assertThat(handler.jobs).hasSize(2));
    source.close(GRACE);

    assertThat(handler.jobs.getLast().deliveryCount()).isEqualTo(2);
  }

  @Test
  void otherLanesGoOnWhileOneHoldsASlowJob() {
    CompletableFuture<Void> slow = new CompletableFuture<>();
    List<String> submitted = jobs.submit(jobs.topics.jobsBulk(), 40);
    NotingHandler handler =
        new NotingHandler(
            job ->
                job.id().equals(submitted.getFirst())
                    ? slow
                    : CompletableFuture.completedFuture(null));
    // Two members a partition: with fewer, the slow lane's partitions would wait for it.
    int permits = 4;
    ShareGroupJobSource source = jobs.source(6, permits, LeaseListener.NONE);

    source.start(handler);
    // All but what the slow lane's consumer may have fetched ahead from another partition.
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(handler.jobs).hasSizeGreaterThanOrEqualTo(40 - permits));
    slow.complete(null);
    await().atMost(SOON).untilAsserted(() -> assertThat(handler.jobs).hasSize(40));
    source.close(GRACE);

    assertThat(handler.ids()).doesNotHaveDuplicates();
  }

  @Test
  void aDeadMembersJobsGoToAnotherWithTheirCount() {
    List<String> submitted = jobs.submit(jobs.topics.jobsBulk(), 4);
    KafkaShareConsumer<String, byte[]> dying = member(LaneKind.BULK);
    await().atMost(SOON).until(() -> !dying.poll(Duration.ofMillis(200)).isEmpty());

    NotingHandler handler = NotingHandler.done();
    ShareGroupJobSource source = jobs.source(1, 4, LeaseListener.NONE);
    source.start(handler);
    dying.close(Duration.ZERO);
    await().atMost(SOON).untilAsserted(() -> assertThat(handler.ids()).containsAll(submitted));
    source.close(GRACE);

    assertThat(handler.jobs).anyMatch(job -> job.deliveryCount() == 2);
  }

  @Test
  void interactiveJobsOvertakeABulkBacklog() {
    Set<String> held = ConcurrentHashMap.newKeySet();
    CompletableFuture<Void> release = new CompletableFuture<>();
    NotingHandler handler =
        new NotingHandler(
            job -> {
              held.add(job.id());
              return job.lane() == LaneKind.BULK
                  ? release
                  : CompletableFuture.completedFuture(null);
            });
    jobs.submit(jobs.topics.jobsBulk(), 100);
    ShareGroupJobSource source = jobs.source(2, 8, LeaseListener.NONE);
    source.start(handler);
    await().atMost(SOON).untilAsserted(() -> assertThat(handler.jobs).hasSizeGreaterThan(7));

    List<String> interactive = jobs.submit(jobs.topics.jobsInteractive(), 3);
    await().atMost(SOON).untilAsserted(() -> assertThat(held).containsAll(interactive));

    assertThat(handler.jobs).hasSizeLessThanOrEqualTo(19);
    release.complete(null);
    source.close(GRACE);
  }

  @Test
  void doesNotPollWhilePaused() {
    NotingHandler handler = NotingHandler.done();
    ShareGroupJobSource source = jobs.source(1, 4, LeaseListener.NONE);
    source.pause();
    source.start(handler);
    jobs.submit(jobs.topics.jobsBulk(), 4);

    await()
        .during(Duration.ofSeconds(2))
        .atMost(SOON)
        .untilAsserted(() -> assertThat(handler.jobs).isEmpty());
    source.resume();
    await().atMost(SOON).untilAsserted(() -> assertThat(handler.jobs).hasSize(4));
    source.close(GRACE);
  }

  @Test
  void tellsOfARecordThatIsNoJob() {
    jobs.submitGarbage(jobs.topics.jobsBulk(), "key");
    NotingHandler handler = NotingHandler.done();
    ShareGroupJobSource source = jobs.source(1, 4, LeaseListener.NONE);

    source.start(handler);
    await().atMost(SOON).untilAsserted(() -> assertThat(handler.unreadable).hasSize(1));
    source.close(GRACE);

    UnreadableJob unreadable = handler.unreadable.getFirst();
    assertThat(unreadable.id()).isEqualTo(UnreadableJob.idOf(null, unreadable.origin()));
    assertThat(JobId.parse(unreadable.id())).isPresent();
    assertThat(left()).isZero();
  }

  @Test
  void givesBackWhatDoesNotEndInTime() {
    jobs.submit(jobs.topics.jobsBulk(), 1);
    NotingHandler stuck = new NotingHandler(job -> new CompletableFuture<>());
    ShareGroupJobSource leaving = jobs.source(1, 4, LeaseListener.NONE);
    leaving.start(stuck);
    await().atMost(SOON).untilAsserted(() -> assertThat(stuck.jobs).hasSize(1));

    leaving.close(Duration.ofMillis(300));

    NotingHandler handler = NotingHandler.done();
    ShareGroupJobSource staying = jobs.source(1, 4, LeaseListener.NONE);
    staying.start(handler);
    await().atMost(SOON).untilAsserted(() -> assertThat(handler.jobs).hasSize(1));
    staying.close(GRACE);
  }

  private KafkaShareConsumer<String, byte[]> member(LaneKind kind) {
    Map<String, Object> properties = new HashMap<>(jobs.kafka);
    properties.put("group.id", kind.group(jobs.topics));
    properties.put("share.acknowledgement.mode", "explicit");
    KafkaShareConsumer<String, byte[]> member =
        new KafkaShareConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    member.subscribe(List.of(kind.topic(jobs.topics)));
    return member;
  }

  /** Jobs that a fresh member is given within some polls. */
  private int left() {
    int left = 0;
    try (KafkaShareConsumer<String, byte[]> member = member(LaneKind.BULK)) {
      for (int i = 0; i < 8; i++) {
        for (var leased : member.poll(Duration.ofMillis(250))) {
          member.acknowledge(leased, AcknowledgeType.ACCEPT);
          left++;
        }
      }
    }
    return left;
  }
}
