package io.vignette.worker.lease.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.broker.BrokerConfig;
import io.vignette.broker.EmbeddedBroker;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.ShareGroups;
import io.vignette.wire.Topics;
import io.vignette.worker.lease.JobSource;
import io.vignette.worker.lease.LaneKind;
import io.vignette.worker.lease.LeaseListener;
import io.vignette.worker.lease.SharedJobs;
import io.vignette.worker.lease.SharedJobs.NotingHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which protocol the groups are joined with, and what becomes of jobs where it changes. */
@Timeout(120)
class GroupProtocolIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration GRACE = Duration.ofSeconds(5);

  @TempDir Path folder;

  private final Refusals refusals = new Refusals();
  private final List<JobSource> sources = new ArrayList<>();

  @AfterEach
  void stop() {
    sources.forEach(source -> source.close(GRACE));
  }

  @Test
  void theNewerProtocolIsUsedWhereKafkaHasIt() throws Exception {
    SharedJobs jobs = new SharedJobs();
    List<String> submitted = jobs.submit(jobs.topics.jobsBulk(), 20);
    NotingHandler handler = NotingHandler.done();

    start(Members.CONSUMER, jobs, handler);

    await().atMost(SOON).untilAsserted(() -> assertThat(handler.ids()).containsAll(submitted));
    for (LaneKind kind : LaneKind.values()) {
      await()
          .atMost(SOON)
          .ignoreExceptionsMatching(e -> e.getCause() instanceof GroupIdNotFoundException)
          .until(() -> group(jobs, kind).type() == GroupType.CONSUMER);
    }
    assertThat(refusals.told).isEmpty();
    assertThat(refusals.failures).isEmpty();
  }

  @Test
  void aBrokerWithoutTheProtocolIsServedWithTheClassicOne() throws Exception {
    try (EmbeddedBroker broker = broker("group.coordinator.rebalance.protocols", "classic")) {
      SharedJobs jobs = new SharedJobs(TestBroker.of(broker));
      List<String> submitted = new ArrayList<>(jobs.submit(jobs.topics.jobsBulk(), 50));
      submitted.addAll(jobs.submit(jobs.topics.jobsInteractive(), 5));
      submitted.addAll(jobs.submit(jobs.topics.jobsSolo(), 2));
      NotingHandler handler = NotingHandler.done();

      start(Members.CONSUMER, jobs, handler);

      await().atMost(SOON).untilAsserted(() -> assertThat(handler.ids()).containsAll(submitted));
      stop();
      assertThat(handler.ids()).doesNotHaveDuplicates();
      assertThat(group(jobs, LaneKind.BULK).type()).isEqualTo(GroupType.CLASSIC);
      assertThat(refusals.told).hasSize(1);
      assertThat(refusals.failures).isEmpty();
    }
  }

  @Test
  void whereKafkaMixesNoProtocolsAWorkerJoinsTheOthersWithTheirs() throws Exception {
    try (EmbeddedBroker broker = broker("group.consumer.migration.policy", "disabled")) {
      SharedJobs jobs = new SharedJobs(TestBroker.of(broker));
      NotingHandler before = slow();
      NotingHandler after = slow();
      List<String> submitted = new ArrayList<>();

      start(Members.CLASSIC, jobs, before);
      awaitWork(jobs, before, submitted);
      start(Members.CONSUMER, jobs, after);
      awaitWork(jobs, after, submitted);

      assertEachDoneOnce(submitted, before, after);
      assertThat(refusals.told).hasSize(1);
      assertThat(refusals.failures).isEmpty();
    }
  }

  /** As where workers are replaced one by one. */
  @Test
  void workersOfBothProtocolsShareAGroup() throws Exception {
    SharedJobs jobs = new SharedJobs();
    List<NotingHandler> handlers = Stream.generate(GroupProtocolIT::slow).limit(4).toList();
    List<String> submitted = new ArrayList<>();

    start(Members.CLASSIC, jobs, handlers.get(0));
    awaitWork(jobs, handlers.get(0), submitted);
    start(Members.CONSUMER, jobs, handlers.get(1));
    awaitWork(jobs, handlers.get(1), submitted);
    assertThat(group(jobs, LaneKind.BULK).type()).isEqualTo(GroupType.CONSUMER);
    start(Members.CONSUMER, jobs, handlers.get(2));
    awaitWork(jobs, handlers.get(2), submitted);
    sources.removeFirst().close(GRACE);
    awaitWork(jobs, handlers.get(1), submitted);
    start(Members.CLASSIC, jobs, handlers.get(3));
    awaitWork(jobs, handlers.get(3), submitted);

    assertEachDoneOnce(submitted, handlers.toArray(NotingHandler[]::new));
    assertThat(refusals.told).isEmpty();
    assertThat(refusals.failures).isEmpty();
  }

  /** Kafka takes the partitions from the others then, and what they held comes once more. */
  @Test
  void workersGoOnWhenTheLastOneWithTheNewerProtocolLeaves() throws Exception {
    SharedJobs jobs = new SharedJobs();
    NotingHandler leaving = slow();
    NotingHandler staying = slow();
    List<String> submitted = new ArrayList<>();
    start(Members.CONSUMER, jobs, leaving);
    awaitWork(jobs, leaving, submitted);
    start(Members.CLASSIC, jobs, staying);
    awaitWork(jobs, staying, submitted);

    sources.removeFirst().close(GRACE);
    awaitWork(jobs, staying, submitted);

    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(ids(leaving, staying)).containsAll(submitted));
    assertThat(leaving.ids()).doesNotHaveDuplicates();
    assertThat(group(jobs, LaneKind.BULK).type()).isEqualTo(GroupType.CLASSIC);
    assertThat(refusals.failures).isEmpty();
  }

  @Test
  void thePartitionsOfAKilledMemberGoToAnotherWhenItsSessionEnds() throws Exception {
    SharedJobs jobs = new SharedJobs();
    NotingHandler handler = NotingHandler.done();
    Process doomed =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Member.class.getName(),
                jobs.kafka.get("bootstrap.servers").toString(),
                group(jobs.topics, LaneKind.BULK),
                jobs.topics.jobsBulk())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      start(Members.CONSUMER, jobs, handler);
      await()
          .atMost(SOON)
          .ignoreExceptionsMatching(e -> e.getCause() instanceof GroupIdNotFoundException)
          .until(() -> isShared(jobs));
    } finally {
      doomed.destroyForcibly().waitFor();
    }
    List<String> submitted = jobs.submit(jobs.topics.jobsBulk(), 60);

    await().atMost(SOON).untilAsserted(() -> assertThat(handler.ids()).containsAll(submitted));
    assertThat(handler.ids()).doesNotHaveDuplicates();
    assertThat(refusals.failures).isEmpty();
  }

  private static NotingHandler slow() {
    return new NotingHandler(
        job ->
            CompletableFuture.runAsync(
                () -> {}, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS)));
  }

  private void start(Members members, SharedJobs jobs, NotingHandler handler) {
    JobSource source = members.source(jobs, 4, Long.MAX_VALUE, refusals);
    sources.add(source);
    source.start(handler);
  }

  /** Jobs come until this worker has some more of them. */
  private static void awaitWork(SharedJobs jobs, NotingHandler handler, List<String> submitted) {
    int before = handler.jobs.size();
    await()
        .atMost(SOON)
        .until(
            () -> {
              submitted.addAll(jobs.submit(jobs.topics.jobsBulk(), 12));
              return handler.jobs.size() >= before + 20;
            });
  }

  private void assertEachDoneOnce(List<String> submitted, NotingHandler... handlers) {
    await().atMost(SOON).untilAsserted(() -> assertThat(ids(handlers)).containsAll(submitted));
    stop();
    assertThat(ids(handlers)).containsExactlyInAnyOrderElementsOf(submitted);
    assertThat(Stream.of(handlers).flatMap(each -> each.jobs.stream()))
        .allMatch(job -> job.deliveryCount() == 1);
  }

  private static List<String> ids(NotingHandler... handlers) {
    return Stream.of(handlers).flatMap(each -> each.ids().stream()).toList();
  }

  private EmbeddedBroker broker(String setting, String value) {
    EmbeddedBroker broker =
        EmbeddedBroker.start(new BrokerConfig(folder, 0, Map.of(setting, value)));
    broker.ready().toCompletableFuture().join();
    return broker;
  }

  private static ConsumerGroupDescription group(SharedJobs jobs, LaneKind kind) throws Exception {
    String group = group(jobs.topics, kind);
    try (Admin admin = Admin.create(jobs.kafka)) {
      return admin
          .describeConsumerGroups(List.of(group))
          .describedGroups()
          .get(group)
          .get(30, TimeUnit.SECONDS);
    }
  }

  private static String group(Topics topics, LaneKind kind) {
    return ShareGroups.consumersInPlaceOf(kind.group(topics));
  }

  private static boolean isShared(SharedJobs jobs) throws Exception {
    return group(jobs, LaneKind.BULK).members().stream()
            .filter(member -> !member.assignment().topicPartitions().isEmpty())
            .count()
        == 2;
  }

  /** A member that does nothing but be one. Arguments: broker, group, topic. */
  static final class Member {
    private Member() {}

    public static void main(String[] arguments) {
      Map<String, Object> settings =
          Map.of(
              "bootstrap.servers", arguments[0],
              "group.id", arguments[1],
              "group.protocol", "consumer");
      try (KafkaConsumer<String, byte[]> consumer =
          new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
        consumer.subscribe(List.of(arguments[2]));
        while (!Thread.currentThread().isInterrupted()) {
          consumer.poll(Duration.ofMillis(100));
        }
      }
    }
  }

  /** Notes what a lane could not do. */
  private static final class Refusals implements LeaseListener {
    final List<Throwable> told = new CopyOnWriteArrayList<>();
    final List<Throwable> failures = new CopyOnWriteArrayList<>();

    @Override
    public void protocolRefused(Throwable cause) {
      told.add(cause);
    }

    @Override
    public void laneFailed(String lane, RuntimeException cause, Duration wait) {
      failures.add(cause);
    }
  }
}
