package io.vignette.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vignette.broker.BrokerConfig;
import io.vignette.broker.EmbeddedBroker;
import io.vignette.ledger.topology.Ledger;
import io.vignette.ledger.topology.LedgerConfig;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;
import io.vignette.proto.v1.Submitted;
import io.vignette.proto.v1.Succeeded;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.JobId;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table against a real broker and a real ledger. */
class JobTableIT {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Clock CLOCK = Clock.systemUTC();

  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.createTopics(broker.freshTopics());
  private final JobTable table = tableOn(broker.connection());
  private final List<JobTable> others = new ArrayList<>();
  private KafkaProducer<String, byte[]> producer;

  @BeforeEach
  void openProducer() {
    producer = producer(broker.bootstrapServers(), Map.of());
  }

  @AfterEach
  void close() {
    producer.close();
    table.close();
    others.forEach(JobTable::close);
  }

  @Test
  void confirmedEventIsVisibleAtOnce() throws Exception {
    startTable();

    for (int i = 0; i < 200; i++) {
      JobId id = JobId.fresh(CLOCK);
      write(event(id).setSubmitted(Submitted.getDefaultInstance()).build());

      assertThat(get(table.lookup(id, SECOND)).map(JobStatus::getState)).contains(State.QUEUED);
    }
  }

  /** Whoever may write events may do so in a transaction, and die. */
  @Test
  void aTransactionThatIsLeftOpenHoldsNoLookUpUp() throws Exception {
    startTable();
    JobId id = JobId.fresh(CLOCK);
    try (KafkaProducer<String, byte[]> stranger =
        producer(
            broker.bootstrapServers(),
            Map.of("transactional.id", "stranger", "transaction.timeout.ms", 60_000))) {
      stranger.initTransactions();
      stranger.beginTransaction();
      for (PartitionInfo each : stranger.partitionsFor(topics.jobEvents())) {
        stranger
            .send(new ProducerRecord<>(each.topic(), each.partition(), "garbage", new byte[] {1}))
            .get();
      }
      write(event(id).setSubmitted(Submitted.getDefaultInstance()).build());

      assertThat(get(table.lookup(id, SECOND)).map(JobStatus::getState)).contains(State.QUEUED);
      stranger.abortTransaction();
    }
  }

  @Test
  void unknownJobIsEmpty() throws Exception {
    startTable();

    assertThat(get(table.lookup(JobId.fresh(CLOCK), PATIENCE))).isEmpty();
  }

  /** With a question to Kafka for each of them the last would wait for most of a minute. */
  @Test
  void crowdThatAsksForUnknownJobsIsAnswered() throws Exception {
    startTable();

    List<CompletionStage<Optional<JobStatus>>> answers = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      answers.add(table.lookup(JobId.fresh(CLOCK), PATIENCE));
    }

    for (CompletionStage<Optional<JobStatus>> answer : answers) {
      assertThat(get(answer)).isEmpty();
    }
  }

  @Test
  void jobIsThereAfterItsOwnEventWhateverFollows() throws Exception {
    startTable();

    for (int i = 0; i < 200; i++) {
      JobId id = JobId.fresh(CLOCK);
      RecordMetadata at =
          write(producer, event(id).setSubmitted(Submitted.getDefaultInstance()).build());

      assertThat(get(table.lookupAfter(id, at.partition(), at.offset()))).isPresent();
    }
  }

  @Test
  void loadingTableDoesNotClaimToKnow() {
    assertThatThrownBy(() -> get(table.lookup(JobId.fresh(CLOCK), SECOND)))
        .hasCauseInstanceOf(TableNotReadyException.class);
  }

  @Test
  void whereKafkaDoesNotAnswerUnknownIsNotSaid(@TempDir Path folder) throws Exception {
    JobId known = JobId.fresh(CLOCK);
    EmbeddedBroker own = EmbeddedBroker.start(BrokerConfig.in(folder));
    JobTable orphan = tableOn(KafkaConnection.plaintext(own.bootstrapServers()));
    try {
      own.ready().toCompletableFuture().get(60, TimeUnit.SECONDS);
      makeEvents(own.bootstrapServers());
      try (KafkaProducer<String, byte[]> there = producer(own.bootstrapServers(), Map.of())) {
        write(there, event(known).setSubmitted(Submitted.getDefaultInstance()).build());
      }
      orphan.start();
      get(orphan.ready());
      assertThat(get(orphan.lookup(JobId.fresh(CLOCK), PATIENCE))).isEmpty();

      own.close();

      assertThat(get(orphan.lookup(known, SECOND))).isPresent();
      assertThatThrownBy(() -> get(orphan.lookup(JobId.fresh(CLOCK), SECOND)))
          .cause()
          .isInstanceOf(TableNotReadyException.class)
          .hasMessage("job table: not level with Kafka (expected: within 1000 ms)");
    } finally {
      orphan.close();
      own.close();
    }
  }

  @Test
  void whereTheEndIsNotReachedUnknownIsNotSaid() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    Semaphore release = new Semaphore(0);
    table.onEnd(
        status -> {
          held.countDown();
          release.acquireUninterruptibly();
        });
    startTable();
    try {
      write(event(JobId.fresh(CLOCK)).setSucceeded(Succeeded.getDefaultInstance()).build());
      assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();
      JobId id = JobId.fresh(CLOCK);
      write(event(id).setSubmitted(Submitted.getDefaultInstance()).build());

      assertThatThrownBy(() -> get(table.lookup(id, Duration.ofMillis(200))))
          .hasCauseInstanceOf(TableNotReadyException.class);

      release.release();
      assertThat(get(table.lookup(id, Duration.ofSeconds(20)))).isPresent();
    } finally {
      release.release();
    }
  }

  @Test
  void endWakesWhoWaits() throws Exception {
    startTable();
    JobId id = JobId.fresh(CLOCK);
    write(event(id).setSubmitted(Submitted.getDefaultInstance()).build());
    CompletionStage<Optional<JobStatus>> ended = table.awaitTerminal(id, Duration.ofSeconds(20));

    write(event(id).setSucceeded(Succeeded.getDefaultInstance()).build());

    assertThat(get(ended).map(JobStatus::getState)).contains(State.SUCCEEDED);
    assertThat(table.watchedJobs()).isZero();
  }

  @Test
  void waitEndsWithWhatIsKnown() throws Exception {
    startTable();
    JobId id = JobId.fresh(CLOCK);
    write(event(id).setSubmitted(Submitted.getDefaultInstance()).build());
    assertThat(get(table.lookup(id, SECOND))).isPresent();

    assertThat(get(table.awaitTerminal(id, Duration.ofMillis(50))).map(JobStatus::getState))
        .contains(State.QUEUED);
    assertThat(table.watchedJobs()).isZero();
  }

  @Test
  void snapshotAndLaterEventsMakeTheWholeTable(@TempDir Path folder) throws Exception {
    List<JobId> ended = endedJobs(100);
    Ledger ledger = new Ledger(broker.connection(), topics, LedgerConfig.of(topics, folder));
    ledger.start();
    get(ledger.running());
    get(ledger.caughtUp(Duration.ofSeconds(30)));
    ledger.close(Duration.ofSeconds(10));
    deleteAllEvents();
    JobId later = JobId.fresh(CLOCK);
    write(event(later).setSubmitted(Submitted.getDefaultInstance()).build());

    startTable();

    for (JobId id : ended) {
      assertThat(get(table.lookup(id, SECOND)).map(JobStatus::getState)).contains(State.SUCCEEDED);
    }
    assertThat(get(table.lookup(later, SECOND)).map(JobStatus::getState)).contains(State.QUEUED);
    assertThat(table.openJobs()).isEqualTo(1);
  }

  @Test
  void severalReadersLoadTheLastStateOfEachJob(@TempDir Path folder) throws Exception {
    int jobs = 5_000;
    List<JobId> ids = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      JobId id = JobId.fresh(CLOCK);
      ids.add(id);
      producer.send(record(event(id).setSubmitted(Submitted.getDefaultInstance()).build()));
    }
    // Every second job ends, long after its first state was written.
    for (int i = 0; i < jobs; i += 2) {
      producer.send(record(event(ids.get(i)).setSucceeded(Succeeded.getDefaultInstance()).build()));
    }
    producer.flush();
    Ledger ledger = new Ledger(broker.connection(), topics, LedgerConfig.of(topics, folder));
    ledger.start();
    get(ledger.running());
    get(ledger.caughtUp(Duration.ofSeconds(60)));
    ledger.close(Duration.ofSeconds(10));
    deleteAllEvents();

    startTable();

    assertThat(table.size()).isEqualTo(jobs);
    assertThat(table.openJobs()).isEqualTo(jobs / 2);
    for (int i = 0; i < jobs; i++) {
      assertThat(get(table.lookup(ids.get(i), SECOND)).map(JobStatus::getState))
          .contains(i % 2 == 0 ? State.SUCCEEDED : State.QUEUED);
    }
    // What follows is read where each reader ended.
    JobId later = JobId.fresh(CLOCK);
    write(event(later).setSubmitted(Submitted.getDefaultInstance()).build());
    assertThat(get(table.lookup(later, PATIENCE))).isPresent();
  }

  @Test
  void aListenerThatFailsCostsNeitherTheTableNorTheOthers() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    table.onEnd(
        status -> {
          throw new ArithmeticException("broken");
        });
    table.onEnd(status -> heard.add(status.getJobId()));
    startTable();

    List<JobId> ended = endedJobs(3);

    for (JobId id : ended) {
      await()
          .until(
              () -> table.peek(id).map(JobStatus::getState), Optional.of(State.SUCCEEDED)::equals);
    }
    assertThat(heard)
        .containsExactlyInAnyOrderElementsOf(ended.stream().map(JobId::toString).toList());
    assertThat(table.skipped()).isZero();
  }

  @Test
  void theTableOutlivesAnyFaultOfItsThread() throws Exception {
    AtomicInteger faults = new AtomicInteger();
    table.onEnd(
        status -> {
          if (faults.getAndIncrement() == 0) {
            throw new LinkageError("broken");
          }
        });
    startTable();

    List<JobId> ended = endedJobs(2);

    for (JobId id : ended) {
      await()
          .until(
              () -> table.peek(id).map(JobStatus::getState), Optional.of(State.SUCCEEDED)::equals);
    }
    assertThat(faults.get()).isPositive();
    assertThat(table.isReady()).isTrue();
    JobId later = JobId.fresh(CLOCK);
    write(event(later).setSubmitted(Submitted.getDefaultInstance()).build());
    assertThat(get(table.lookup(later, PATIENCE))).isPresent();
  }

  @Test
  void aSnapshotThatCannotBeReadHidesNotTheOneBeforeIt() throws Exception {
    JobId id = JobId.fresh(CLOCK);
    write(event(JobId.fresh(CLOCK)).setSubmitted(Submitted.getDefaultInstance()).build());
    byte[] good = Statuses.queued(id.value(), 100).toByteArray();
    for (byte[] snapshot : List.of(good, new byte[] {-1, -1})) {
      producer.send(new ProducerRecord<>(topics.status(), id.toString(), snapshot));
    }
    producer.flush();

    startTable();

    assertThat(table.peek(id).map(JobStatus::getState)).contains(State.QUEUED);
    assertThat(table.skipped()).isEqualTo(1);
  }

  @Test
  void whatTheLedgerHasForgottenIsNotInTheTable() throws Exception {
    JobId ended = JobId.fresh(CLOCK);
    JobId open = JobId.fresh(CLOCK);
    write(event(JobId.fresh(CLOCK)).setSubmitted(Submitted.getDefaultInstance()).build());
    JobStatus queued = Statuses.queued(ended.value(), 100);
    JobStatus succeeded =
        queued.toBuilder()
            .setState(State.SUCCEEDED)
            .setSince(com.google.protobuf.Timestamp.newBuilder().setSeconds(1))
            .build();
    for (byte[] snapshot : Arrays.asList(queued.toByteArray(), succeeded.toByteArray(), null)) {
      producer.send(new ProducerRecord<>(topics.status(), ended.toString(), snapshot));
    }
    byte[] waiting = Statuses.queued(open.value(), 100).toByteArray();
    for (byte[] snapshot : Arrays.asList(waiting, null)) {
      producer.send(new ProducerRecord<>(topics.status(), open.toString(), snapshot));
    }
    producer.flush();

    startTable();

    assertThat(table.peek(ended)).isEmpty();
    assertThat(table.peek(open)).as("somebody else wrote that").isPresent();
  }

  /** No ledger, and no events before the checkpoint: what is known can only be from there. */
  @Test
  void aTableStartedAgainReadsFromKafkaOnlyWhatCameSince(@TempDir Path folder) throws Exception {
    List<JobId> ended = endedJobs(100);
    JobId open = JobId.fresh(CLOCK);
    write(event(open).setSubmitted(Submitted.getDefaultInstance()).build());
    runOnce(folder);
    deleteAllEvents();
    JobId later = JobId.fresh(CLOCK);
    write(event(later).setSubmitted(Submitted.getDefaultInstance()).build());
    write(event(open).setSucceeded(Succeeded.getDefaultInstance()).build());

    JobTable again = startedIn(folder);

    for (JobId id : ended) {
      assertThat(get(again.lookup(id, SECOND)).map(JobStatus::getState)).contains(State.SUCCEEDED);
    }
    assertThat(get(again.lookup(open, SECOND)).map(JobStatus::getState)).contains(State.SUCCEEDED);
    assertThat(get(again.lookup(later, SECOND)).map(JobStatus::getState)).contains(State.QUEUED);
    assertThat(again.size()).isEqualTo(102);
    assertThat(again.openJobs()).isEqualTo(1);
    assertThat(again.skipped()).isZero();
  }

  @Test
  void aCheckpointIsTakenWhileEventsCome(@TempDir Path folder) throws Exception {
    JobTable first = tableIn(folder, Duration.ofMillis(20));
    first.start();
    get(first.ready());
    List<JobId> ended = endedJobs(300);
    await().until(() -> Files.exists(folder.resolve("job-table.checkpoint")));
    Path copy = Files.createDirectory(folder.resolve("copy"));
    // As a process leaves it that is killed now.
    Files.copy(folder.resolve("job-table.checkpoint"), copy.resolve("job-table.checkpoint"));
    first.close();

    JobTable again = startedIn(copy);

    for (JobId id : ended) {
      assertThat(get(again.lookup(id, SECOND)).map(JobStatus::getState)).contains(State.SUCCEEDED);
    }
    assertThat(again.openJobs()).isZero();
  }

  @Test
  void aCheckpointWhoseEventsAreGoneIsNotUsed(@TempDir Path folder) throws Exception {
    List<JobId> forgotten = endedJobs(3);
    runOnce(folder);
    List<JobId> missed = endedJobs(20);
    deleteAllEvents();
    JobId later = JobId.fresh(CLOCK);
    write(event(later).setSubmitted(Submitted.getDefaultInstance()).build());

    JobTable again = startedIn(folder);

    assertThat(get(again.lookup(later, SECOND))).isPresent();
    assertThat(get(again.lookup(forgotten.getFirst(), PATIENCE))).isEmpty();
    assertThat(get(again.lookup(missed.getFirst(), PATIENCE))).isEmpty();
  }

  @Test
  void aDamagedCheckpointCostsOnlyTime(@TempDir Path folder) throws Exception {
    List<JobId> ended = endedJobs(3);
    runOnce(folder);
    Files.writeString(folder.resolve("job-table.checkpoint"), "garbage");

    runOnce(folder);

    JobTable again = startedIn(folder);
    assertThat(get(again.lookup(ended.getFirst(), SECOND))).isPresent();
  }

  @Test
  void aFolderThatCannotBeWrittenCostsOnlyTheCheckpoint(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    List<JobId> ended = endedJobs(1);
    JobTable one = tableIn(file, Duration.ofMillis(1));
    try {
      one.start();
      get(one.ready());
      assertThat(get(one.lookup(ended.getFirst(), SECOND))).isPresent();
    } finally {
      one.close();
    }
    assertThat(file).isEmptyFile();
  }

  /** Loads a table and stops it in order. */
  private void runOnce(Path folder) throws Exception {
    JobTable once = tableIn(folder);
    once.start();
    get(once.ready());
    once.close();
    assertThat(folder.resolve("job-table.checkpoint")).isNotEmptyFile();
  }

  /** A loaded table that is closed behind the test. */
  private JobTable startedIn(Path folder) throws Exception {
    JobTable started = tableIn(folder);
    others.add(started);
    started.start();
    get(started.ready());
    return started;
  }

  private JobTable tableIn(Path folder) {
    return tableIn(folder, Duration.ofMinutes(5));
  }

  private JobTable tableIn(Path folder, Duration interval) {
    return new JobTable(
        broker.connection(),
        topics,
        Topics.EVENT_PARTITIONS,
        new FixedStatus(Optional.of(folder), interval),
        CLOCK);
  }

  /** All events that follow would be taken for repetitions. */
  @Test
  void aSnapshotThatClaimsToKnowTheFutureFreezesNoJob() throws Exception {
    JobId id = JobId.fresh(CLOCK);
    write(event(id).setSubmitted(Submitted.getDefaultInstance()).build());
    JobStatus absurd =
        Statuses.queued(id.value(), 100).toBuilder().setEventOffset(Long.MAX_VALUE).build();
    producer
        .send(new ProducerRecord<>(topics.status(), id.toString(), absurd.toByteArray()))
        .get(30, TimeUnit.SECONDS);
    startTable();

    RecordMetadata ended =
        write(producer, event(id).setSucceeded(Succeeded.getDefaultInstance()).build());

    assertThat(
            get(table.lookupAfter(id, ended.partition(), ended.offset())).map(JobStatus::getState))
        .contains(State.SUCCEEDED);
  }

  /** As long as the feed reads anew, the table may not be as new as its progress says. */
  @Test
  void aTableThatIsReadAnewIsNotTakenBack(@TempDir Path folder) throws Exception {
    JobTable one = tableIn(folder, Duration.ofMillis(5));
    AtomicInteger faults = new AtomicInteger();
    one.onEnd(
        status -> {
          if (faults.incrementAndGet() % 3 == 0) {
            throw new LinkageError("broken");
          }
        });
    try {
      one.start();
      get(one.ready());
      List<JobId> ended = endedJobs(10);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  ended.stream()
                      .allMatch(
                          id ->
                              one.peek(id)
                                  .map(JobStatus::getState)
                                  .filter(State.SUCCEEDED::equals)
                                  .isPresent()));
    } finally {
      one.close();
    }
    deleteAllEvents();

    JobTable again = startedIn(folder);
    assertThat(again.size()).isEqualTo(10);
    assertThat(again.openJobs()).isZero();
  }

  private ProducerRecord<String, byte[]> record(JobEvent event) {
    return new ProducerRecord<>(topics.jobEvents(), event.getJobId(), event.toByteArray());
  }

  private List<JobId> endedJobs(int count) throws Exception {
    List<JobId> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      JobId id = JobId.fresh(CLOCK);
      write(event(id).setSubmitted(Submitted.getDefaultInstance()).build());
      write(event(id).setSucceeded(Succeeded.getDefaultInstance()).build());
      ids.add(id);
    }
    return ids;
  }

  private void deleteAllEvents() throws Exception {
    Map<TopicPartition, RecordsToDelete> all =
        IntStream.range(0, Topics.EVENT_PARTITIONS)
            .mapToObj(partition -> new TopicPartition(topics.jobEvents(), partition))
            .collect(
                Collectors.toMap(partition -> partition, each -> RecordsToDelete.beforeOffset(-1)));
    try (Admin admin = broker.admin()) {
      admin.deleteRecords(all).all().get(30, TimeUnit.SECONDS);
    }
  }

  private void makeEvents(String bootstrapServers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      TestBroker.create(
          admin,
          List.of(
              new NewTopic(topics.jobEvents(), Topics.EVENT_PARTITIONS, (short) 1),
              new NewTopic(topics.status(), Topics.EVENT_PARTITIONS, (short) 1)));
    }
  }

  private void startTable() throws Exception {
    table.start();
    get(table.ready());
  }

  private static JobEvent.Builder event(JobId id) {
    return JobEvent.newBuilder()
        .setJobId(id.toString())
        .setAttempt(1)
        .setAt(Statuses.at(Instant.now().getEpochSecond()));
  }

  private JobTable tableOn(KafkaConnection kafka) {
    return new JobTable(kafka, topics, Topics.EVENT_PARTITIONS, new FixedStatus(), CLOCK);
  }

  private static KafkaProducer<String, byte[]> producer(
      String bootstrapServers, Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("acks", "all");
    return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  private void write(JobEvent event) throws Exception {
    write(producer, event);
  }

  private RecordMetadata write(KafkaProducer<String, byte[]> by, JobEvent event) throws Exception {
    return by.send(new ProducerRecord<>(topics.jobEvents(), event.getJobId(), event.toByteArray()))
        .get(30, TimeUnit.SECONDS);
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
